create or replace function loader.carried_pairs(p_old oid, p_new oid)
returns table (kind text, old_oid oid, new_oid oid, was jsonb, now jsonb)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- A relation and the one that takes its place, and their indexes that have one name; how the loader made either
    -- ("comment", of a table also "columns"; made_as), null for what it did not make. Reads the catalogs.
    with made as (
        select made_as(p_old) as was, made_as(p_new) as now
    )
    select 'table', p_old, p_new, m.was, m.now from made as m
    union all
    select 'index', a.oid, b.oid,
        -- Older programs did not note the comments that they gave.
        case when m.was -> 'indexes' ? a.relname then jsonb_build_object('comment', case
            when c.comment like 'Made by the mapping.%' then c.comment else m.was -> 'indexes' ->> a.relname
        end) end,
        case when m.now -> 'indexes' ? a.relname then jsonb_build_object('comment', m.now -> 'indexes' ->> a.relname) end
    from made as m
    join pg_index as o on o.indrelid = p_old
    join pg_index as n on n.indrelid = p_new
    join pg_class as a on a.oid = o.indexrelid
    join pg_class as b on b.oid = n.indexrelid and b.relname = a.relname
    cross join obj_description(a.oid, 'pg_class') as c (comment)
$$;
comment on function loader.carried_pairs(oid, oid) is
'A relation and the one that takes its place, and their indexes that have one name.';
