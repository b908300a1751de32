create or replace function loader.count_kept(p_load bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records how many rows of an entity stay in a merge because their record was rejected, once deletions are known.
-- Writes load_entity.
declare
    v_name text;
    v_kept bigint;
begin
    select format('%I.%I', d.stage_schema, 'kept_' || t.table_name) into v_name
    from load_entity as n
    join load as l on l.load_id = n.load_id
    join dataset as d on d.dataset = l.dataset
    join dataset_table as t on t.dataset = l.dataset and t.entity = n.entity and t.is_root
    where n.load_id = p_load and n.entity = p_entity and n.rejected > n.without_key;
    if found then
        execute format('select %s($1)', v_name) into v_kept using p_load;
        update load_entity as n set kept = v_kept where n.load_id = p_load and n.entity = p_entity;
    end if;
end
$$;
comment on function loader.count_kept(bigint, text) is
'Records how many rows of an entity stay because their record was rejected.';
