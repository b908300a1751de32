create or replace function loader.carried_properties(p_old oid[], p_new oid[])
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Statements that give relations and their indexes what users have set on those that they replace, except grants
    -- and owners: storage settings, tablespaces, comments, replica identity, the mark of CLUSTER, and the properties of
    -- columns (carried_columns). There is none if there is nothing to do. What users have not changed becomes what the
    -- loader creates now. One query for all relations, because planning it takes longer than running it. Reads the
    -- catalogs.
    with pair as (
        select p.*, o.relname as name, format('alter %s %s', p.kind, n.oid::regclass) as alter_it, n.relkind,
            o.reloptions, n.reloptions as new_options, o.reltablespace, n.reltablespace as new_tablespace, o.reltoastrelid,
            o.relreplident, n.relreplident as new_replident, x.indisclustered, y.indisclustered as new_clustered,
            x.indisreplident, y.indisreplident as is_replident,
            format('alter table %s', p.new_table::regclass) as alter_table
        from carried_pairs(p_old, p_new) as p
        join pg_class as o on o.oid = p.old_oid
        join pg_class as n on n.oid = p.new_oid
        left join pg_index as x on x.indexrelid = o.oid
        left join pg_index as y on y.indexrelid = n.oid
    )
    select format('%s set tablespace %I', p.alter_it, coalesce(t.spcname, s.spcname))
    from pair as p
    -- Relations without a tablespace of their own are in that of the database.
    join pg_database as d on d.datname = current_database()
    join pg_tablespace as s on s.oid = d.dattablespace
    left join pg_tablespace as t on t.oid = p.reltablespace
    where p.reltablespace <> p.new_tablespace
    union all
    select format('%s reset (%s)', p.alter_it, (
        select string_agg(split_part(x, '=', 1), ', ') from unnest(p.new_options) as x
    )) from pair as p where p.new_options is not null and p.new_options is distinct from p.reloptions
    union all
    select format('%s set (%s)', p.alter_it, array_to_string(p.reloptions, ', ')) from pair as p
    where p.reloptions is not null and p.new_options is distinct from p.reloptions
    union all
    select format('%s set (toast.%s)', p.alter_it, x)
    from pair as p join pg_class as t on t.oid = p.reltoastrelid cross join unnest(t.reloptions) as x
    union all
    select format('comment on %s %s is %L', p.kind, p.new_oid::regclass, w.text)
    from pair as p
    cross join obj_description(p.new_oid, 'pg_class') as n (comment)
    cross join carried_comment(obj_description(p.old_oid, 'pg_class'), p.was, p.now, n.comment) as w (text)
    where w.text is distinct from n.comment and p.relkind <> 'm'
    union all
    select format('%s cluster on %I', p.alter_table, p.name) from pair as p where p.indisclustered and not p.new_clustered
    union all
    select format('%s set without cluster', p.alter_table) from pair as p
    where p.new_clustered and not exists (
        select 1 from pg_index as o where o.indrelid = p.old_table and o.indisclustered
    )
    union all
    select format('%s replica identity using index %I', p.alter_table, p.name) from pair as p
    where p.indisreplident and not p.is_replident
    union all
    select format('%s replica identity %s', p.alter_it, case p.relreplident
        when 'n' then 'nothing' when 'f' then 'full' else 'default' end)
    from pair as p where p.kind = 'table' and p.relreplident <> p.new_replident and p.relreplident <> 'i'
    union all
    select carried_columns(p_old, p_new)
$$;
comment on function loader.carried_properties(oid[], oid[]) is
'The statements that give relations what users have set on those that they replace.';
