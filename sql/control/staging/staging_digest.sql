create or replace function loader.staging_digest(p_dataset text)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
    -- A digest of what a dataset's script has created in its staging and history schemas: the columns of tables, the
    -- bodies of routines. Other users' objects do not count, nor do partitions, which come and go with workers. Reads
    -- the catalogs. Names are cast to name, so that each catalog table is searched once.
    with made as materialized (
        select n.oid as schema_oid, s.place, o.name::name as name
        from loader.dataset as d
        cross join lateral loader.dataset_schemas(d.dataset) as s
        join pg_namespace as n on n.nspname = s.schema_name
        cross join lateral jsonb_array_elements_text(d.object_names -> s.place) as o (name)
        where d.dataset = p_dataset and s.place in ('stage', 'history')
    ), part as (
        select m.place, c.relname as name, a.attname::text as part, concat_ws(
            ' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, c.relkind
        ) as content
        from made as m
        join pg_class as c on c.relnamespace = m.schema_oid and c.relname = m.name and c.relkind in ('r', 'p', 'v')
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        union all
        select m.place, p.proname, oidvectortypes(p.proargtypes), concat_ws(' ', md5(p.prosrc), p.prosecdef, p.proconfig)
        from made as m
        join pg_proc as p on p.pronamespace = m.schema_oid and p.proname = m.name
    )
    select md5(coalesce(string_agg(
        concat_ws(' ', p.place, p.name, p.part, p.content), E'\n'
        order by p.place, p.name collate "C", p.part collate "C", p.content collate "C"
    ), ''))
    from part as p
$$;
comment on function loader.staging_digest(text) is
'Digest of the staging and history objects of a dataset, which shows whether somebody has changed or dropped some.';
