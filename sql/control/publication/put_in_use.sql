create or replace function loader.put_in_use(p_load bigint, p_gone oid[], p_come oid[], p_new oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- The part of a publication for which readers wait: swaps relations, as swap_relations does, and records it. Raises
-- 55P03 when it would have to wait for a lock meanwhile (see swap_in_tries), LD007, LD008. Writes dependent, load,
-- loaded_entity, owned_object, the schemas.
declare
    v_dataset dataset;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    perform swap_relations(p_load, p_gone, p_come, p_new, v_dataset.old_schema);
    perform allow_writes(v_dataset.target_schema);
    perform grant_access();
    update load as l set options = l.options || jsonb_build_object('loaded_before', (
        select coalesce(jsonb_agg(e.*), '[]') from loaded_entity as e
        where e.dataset = l.dataset and e.entity in (select r.entity from load_roots(p_load) as r)
    ))
    where l.load_id = p_load;
    perform note_loaded(p_load);
    -- The key log of merges is about rows that no longer exist. A revert needs that of the previous version, and a
    -- rollback needs all of it.
    perform forget_key_log(v_dataset.dataset, e.entity, array(
        select s.source_id from source as s where s.dataset = v_dataset.dataset and is_replaced(s.source_id)
    ))
    from load as l cross join load_roots(p_load) as e
    where l.load_id = p_load and l.settings ->> 'history' is distinct from 'on';
    -- The rest: the canary, and successors of materialized views that users have dropped meanwhile.
    perform drop_objects(v_dataset.dataset, v_dataset.build_schema);
    perform drop_schema(v_dataset.build_schema);
    perform note_stale_views(p_load, array(select p.new_oid from publication as p where p.load_id = p_load));
    perform close_load(p_load);
    perform clear_decisions(v_dataset.dataset);
end
$$;
comment on function loader.put_in_use(bigint, oid[], oid[], oid[]) is
'Swaps the tables of a publication and records it, while readers wait.';
