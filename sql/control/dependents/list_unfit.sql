create or replace function loader.list_unfit(p_dataset text, p_entities text[] default null)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What users have built on columns that the shadow tables no longer have, one line each: a publication could not
    -- create it again. Empty if there are no shadow tables. Reads the catalogs.
    with pair as materialized (
        select o.oid as old_oid, n.oid as new_oid
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
        join pg_class as o on o.oid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
        join pg_class as n on n.oid = to_regclass(format('%I.%I', d.build_schema, t.table_name))
        where d.dataset = p_dataset
    ), lost as materialized (
        select a.attrelid, a.attnum, format('%s.%I', a.attrelid::regclass, a.attname) as name
        from pair as p join pg_attribute as a on a.attrelid = p.old_oid and a.attnum > 0 and not a.attisdropped
        where not exists (
            select 1 from pg_attribute as b where b.attrelid = p.new_oid and b.attname = a.attname and not b.attisdropped
        )
    )
    select format('%s %s (it uses %s, which the mapping no longer has)', u.kind, u.identity, min(l.name))
    from lost as l
    join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = l.attrelid and d.refobjsubid = l.attnum
    left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    join list_dependents(array(select p.old_oid from pair as p)) as u
        on u.carried and u.object_oid = coalesce(r.ev_class, d.objid)
    group by u.kind, u.identity
$$;
comment on function loader.list_unfit(text, text[]) is
'What users have built on columns that the tables of a build no longer have.';
