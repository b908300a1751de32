create or replace function loader.publication_pairs(p_load bigint)
returns table (table_name text, old_oid oid, new_oid oid, place integer)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The tables of a built load beside those that they are to replace (null: none yet), parents first.
    select
        t.table_name, to_regclass(format('%I.%I', d.target_schema, t.table_name))::oid,
        to_regclass(format('%I.%I', d.build_schema, t.table_name))::oid, t.position
    from load as l
    join dataset as d on d.dataset = l.dataset
    join dataset_table as t on t.dataset = l.dataset
    where l.load_id = p_load and t.entity in (select e.entity from load_roots(p_load) as e)
    order by t.position
$$;
comment on function loader.publication_pairs(bigint) is 'The tables of a built load beside those that they replace.';
