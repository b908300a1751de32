create or replace function loader.carried_index_properties(p_old oid, p_new oid, p_was jsonb, p_now jsonb)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The statements that give an index what users have set on the one that it replaces; p_was, p_now: how the loader made
    -- their tables. See loader.carried_properties.
    with pair as (
        select o.relname as name, o.reloptions, o.reltablespace, n.reloptions as new_options,
            n.reltablespace as new_tablespace, x.indisclustered, y.indisclustered as new_clustered, x.indisreplident,
            y.indisreplident as new_replident, n.oid::regclass as index_name, y.indrelid::regclass as table_name,
            obj_description(o.oid, 'pg_class') as comment, obj_description(n.oid, 'pg_class') as new_comment
        from pg_class as o
        join pg_class as n on n.oid = p_new
        join pg_index as x on x.indexrelid = o.oid
        join pg_index as y on y.indexrelid = n.oid
        where o.oid = p_old
    )
    select format('alter index %s set tablespace %I', p.index_name, coalesce(t.spcname, s.spcname))
    from pair as p
    join pg_database as d on d.datname = current_database()
    join pg_tablespace as s on s.oid = d.dattablespace
    left join pg_tablespace as t on t.oid = p.reltablespace
    where p.reltablespace <> p.new_tablespace
    union all
    select format('alter index %s reset (%s)', p.index_name, (
        select string_agg(split_part(x, '=', 1), ', ') from unnest(p.new_options) as x
    )) from pair as p where p.new_options is not null and p.new_options is distinct from p.reloptions
    union all
    select format('alter index %s set (%s)', p.index_name, array_to_string(p.reloptions, ', ')) from pair as p
    where p.reloptions is not null and p.new_options is distinct from p.reloptions
    union all
    select format('alter index %s alter column %s set statistics %s', p.index_name, o.attnum,
        coalesce(o.attstattarget, -1))
    from pair as p
    join pg_attribute as o on o.attrelid = p_old
    join pg_attribute as n on n.attrelid = p_new and n.attnum = o.attnum
        and coalesce(n.attstattarget, -1) <> coalesce(o.attstattarget, -1)
    union all
    select format('comment on index %s is %L', p.index_name, w.text)
    from pair as p
    cross join lateral (select case
        -- Older programs did not note the comments that they gave.
        when p.comment like 'Made by the mapping.%' and p_was -> 'indexes' ? p.name then p.new_comment
        else carried_comment(
            p.comment, case when p_was -> 'indexes' ? p.name then jsonb_build_object('comment', p_was -> 'indexes' -> p.name) end,
            case when p_now -> 'indexes' ? p.name then jsonb_build_object('comment', p_now -> 'indexes' -> p.name) end,
            p.new_comment
        )
    end as text) as w
    where w.text is distinct from p.new_comment
    union all
    select format('alter table %s cluster on %I', p.table_name, p.name) from pair as p
    where p.indisclustered and not p.new_clustered
    union all
    select format('alter table %s replica identity using index %I', p.table_name, p.name) from pair as p
    where p.indisreplident and not p.new_replident
$$;
comment on function loader.carried_index_properties(oid, oid, jsonb, jsonb) is
'The statements that give an index what users have set on the one that it replaces.';
