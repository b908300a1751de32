create or replace function loader.load_roots(p_load bigint)
returns table (entity text, table_name text, place integer)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Entities in the sources of a load, with their root tables.
    select t.entity, t.table_name, t.position
    from load as l
    join dataset_table as t on t.dataset = l.dataset and t.is_root
    where l.load_id = p_load
        and exists (select 1 from source as s where s.load_id = p_load and t.entity = any (s.entities))
    order by t.position
$$;
comment on function loader.load_roots(bigint) is 'Entities of a load, with their root tables.';
