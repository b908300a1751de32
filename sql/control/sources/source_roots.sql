create or replace function loader.source_roots(p_source bigint)
returns table (table_name text, stage_schema text)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Root tables of the entities in a source, with the schema of their procedures.
    select t.table_name, d.stage_schema
    from source as s
    join dataset as d on d.dataset = s.dataset
    join dataset_table as t on t.dataset = s.dataset and t.is_root and t.entity = any (s.entities)
    where s.source_id = p_source
    order by t.position
$$;
comment on function loader.source_roots(bigint) is 'Root tables of the entities in a source.';
