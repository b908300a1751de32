create or replace function loader.carried_properties(p_old oid, p_new oid)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The statements that give a relation what users have set on the one that it replaces, beside grants, owner and
    -- storage settings: comments of theirs, statistics targets, storage and compression of columns, replica identity, the
    -- mark of CLUSTER, tablespaces, settings of indexes. None when there is nothing to do. What users have not touched
    -- becomes as the loader has made it (made_as). Reads the catalogs.
    with made as (
        select made_as(p_old) as was, made_as(p_new) as now, format('alter table %s', p_new::regclass) as alter_table
    ), col as (
        select o.*, n.attnum as new_number, n.attname as name, o.atttypid = n.atttypid as same_type,
            coalesce(n.attstattarget, -1) as new_target, n.attstorage as new_storage,
            n.attcompression as new_compression, n.attoptions as new_options,
            format('%s alter column %I', m.alter_table, n.attname) as alter_column
        from made as m
        join pg_attribute as o on o.attrelid = p_old and o.attnum > 0 and not o.attisdropped
        join pg_attribute as n on n.attrelid = p_new and n.attname = o.attname and not n.attisdropped
    ), space as (
        -- Where relations lie that name no tablespace: in that of the database.
        select t.spcname as name from pg_database as d join pg_tablespace as t on t.oid = d.dattablespace
        where d.datname = current_database()
    )
    select format('%s set tablespace %I', m.alter_table, coalesce(t.spcname, s.name))
    from made as m cross join space as s
    join pg_class as o on o.oid = p_old
    join pg_class as n on n.oid = p_new and n.reltablespace <> o.reltablespace
    left join pg_tablespace as t on t.oid = o.reltablespace
    union all
    select format('%s set statistics %s', c.alter_column, coalesce(c.attstattarget, -1)) from col as c
    where coalesce(c.attstattarget, -1) <> c.new_target
    union all
    select format('%s set storage %s', c.alter_column, case c.attstorage
        when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end)
    from col as c where c.same_type and c.attstorage <> c.new_storage
    union all
    select format('%s set compression %s', c.alter_column, case c.attcompression
        when 'p' then 'pglz' when 'l' then 'lz4' else 'default' end)
    from col as c where c.same_type and c.attcompression <> c.new_compression
    union all
    select format('%s reset (%s)', c.alter_column, (
        select string_agg(split_part(x, '=', 1), ', ') from unnest(c.new_options) as x
    )) from col as c where c.new_options is not null and c.new_options is distinct from c.attoptions
    union all
    select format('%s set (%s)', c.alter_column, array_to_string(c.attoptions, ', ')) from col as c
    where c.attoptions is not null and c.new_options is distinct from c.attoptions
    union all
    select format('%s set (toast.%s)', m.alter_table, x) from made as m
    join pg_class as o on o.oid = p_old
    join pg_class as t on t.oid = o.reltoastrelid
    cross join unnest(t.reloptions) as x
    union all
    select format('comment on column %s.%I is %L', p_new::regclass, c.name, w.text)
    from col as c cross join made as m
    cross join lateral (select carried_comment(
        col_description(p_old, c.attnum), m.was -> 'columns' -> c.name, m.now -> 'columns' -> c.name,
        col_description(p_new, c.new_number)
    ) as text) as w
    where w.text is distinct from col_description(p_new, c.new_number)
    union all
    select format('comment on table %s is %L', p_new::regclass, w.text)
    from made as m
    cross join lateral (select carried_comment(
        obj_description(p_old, 'pg_class'), m.was, m.now, obj_description(p_new, 'pg_class')
    ) as text) as w
    where w.text is distinct from obj_description(p_new, 'pg_class')
        and (select c.relkind from pg_class as c where c.oid = p_new) = 'r'
    union all
    select carried_index_properties(o.indexrelid, n.indexrelid, m.was, m.now)
    from made as m
    join pg_index as o on o.indrelid = p_old
    join pg_index as n on n.indrelid = p_new
    join pg_class as a on a.oid = o.indexrelid
    join pg_class as b on b.oid = n.indexrelid and b.relname = a.relname
    union all
    select format('%s set without cluster', m.alter_table) from made as m
    where not exists (select 1 from pg_index as o where o.indrelid = p_old and o.indisclustered)
        and exists (select 1 from pg_index as n where n.indrelid = p_new and n.indisclustered)
    union all
    select format('%s replica identity %s', m.alter_table, case o.relreplident
        when 'n' then 'nothing' when 'f' then 'full' else 'default' end)
    from made as m
    join pg_class as o on o.oid = p_old
    join pg_class as n on n.oid = p_new
    where o.relreplident <> n.relreplident and o.relreplident <> 'i'
$$;
comment on function loader.carried_properties(oid, oid) is
'The statements that give a relation what users have set on the one that it replaces.';
