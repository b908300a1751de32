create or replace function loader.entity_interferers(p_dataset text, p_entity text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Triggers and rules of users on the tables of an entity; empty if there is none.
    select coalesce(string_agg(nullif(interferers(o.oid), ''), ', ' order by t.position), '')
    from dataset as d
    join dataset_table as t on t.dataset = d.dataset and t.entity = p_entity
    cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
    where d.dataset = p_dataset and o.oid is not null
$$;
comment on function loader.entity_interferers(text, text) is 'Triggers and rules of users on the tables of an entity.';
