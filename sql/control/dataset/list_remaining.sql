create or replace function loader.list_remaining(p_dataset text)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What is in the schemas that have the names of a dataset's: after loader.drop_dataset, what the loader did not
    -- make, or does not know any more, as somebody has taken its mark away.
    select i.type || ' ' || i.identity
    from dataset_schemas(p_dataset) as s
    join pg_depend as d on d.refclassid = 'pg_namespace'::regclass
        and d.refobjid = to_regnamespace(quote_ident(s.schema_name))
    cross join lateral pg_identify_object(d.classid, d.objid, 0) as i
    order by 1
$$;
comment on function loader.list_remaining(text) is 'What is in the schemas of a dataset that was dropped.';
