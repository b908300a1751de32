create or replace function loader.carried_pairs(p_old oid[], p_new oid[])
returns table (kind text, old_table oid, new_table oid, old_oid oid, new_oid oid, was jsonb, now jsonb)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Pairs of relations and of those that replace them, and pairs of their indexes with the same name; was, now: how
    -- the loader created each of them ("comment", for tables also "columns"; made_as), null for what it did not create.
    -- Reads the catalogs.
    with made as materialized (
        select x.old_oid, x.new_oid, o.made as was, n.made as now
        from unnest(p_old, p_new) as x (old_oid, new_oid)
        join made_as(p_old) as o on o.table_oid = x.old_oid
        join made_as(p_new) as n on n.table_oid = x.new_oid
    )
    select 'table', m.old_oid, m.new_oid, m.old_oid, m.new_oid, m.was, m.now from made as m
    union all
    select 'index', m.old_oid, m.new_oid, a.oid, b.oid,
        -- Older versions of the loader did not record the comments of indexes.
        case when m.was -> 'indexes' ? a.relname then jsonb_build_object('comment', case
            when c.comment like 'Made by the mapping.%' then c.comment else m.was -> 'indexes' ->> a.relname
        end) end,
        case when m.now -> 'indexes' ? a.relname then jsonb_build_object('comment', m.now -> 'indexes' ->> a.relname) end
    from made as m
    join pg_index as o on o.indrelid = m.old_oid
    join pg_index as n on n.indrelid = m.new_oid
    join pg_class as a on a.oid = o.indexrelid
    join pg_class as b on b.oid = n.indexrelid and b.relname = a.relname
    cross join obj_description(a.oid, 'pg_class') as c (comment)
$$;
comment on function loader.carried_pairs(oid[], oid[]) is
'Pairs of relations and of those that replace them, and pairs of their indexes that have the same name.';
