create or replace function loader.list_remaining(p_dataset text)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The contents of the schemas that have the names of a dataset's: after loader.drop_dataset, what the loader did
    -- not create, or no longer recognizes because somebody has removed its mark.
    select i.type || ' ' || i.identity
    from dataset_schemas(p_dataset) as s
    join pg_depend as d on d.refclassid = 'pg_namespace'::regclass
        and d.refobjid = to_regnamespace(quote_ident(s.schema_name))
    cross join lateral pg_identify_object(d.classid, d.objid, 0) as i
    order by 1
$$;
comment on function loader.list_remaining(text) is 'The contents of the schemas of a dataset that was dropped.';
