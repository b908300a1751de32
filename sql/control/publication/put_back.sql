create or replace function loader.put_back(p_load bigint, p_back boolean, p_until timestamptz)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- The part of a revert for which readers wait: swaps the relations of a publication with those before it, and records
-- it. p_back: to those before it; otherwise a revert is undone. Raises 55P03 when it would have to wait for a lock
-- meanwhile, or to fill a materialized view (see swap_in_tries), LD007, LD008. Writes publication, load, owned_object, event, the schemas.
declare
    v_dataset dataset;
    v_gone oid[];
    v_come oid[];
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select array_agg(m.old_oid), array_agg(m.come_oid) into v_gone, v_come
    from publication_moves(p_load, v_dataset.old_schema) as m;
    perform refill_successors(v_gone, v_come);
    -- Everything is locked at once, also the tables that come back, because somebody may be reading them.
    perform lock_for_swap(swap_locks(p_load, v_gone) || v_come, p_until);
    if exists (select 1 from stale_successors(v_gone, v_come)) then
        raise lock_not_available;
    end if;
    perform set_config('lock_timeout', '40ms', true);
    -- The tables that come back are first moved out of the way, to the build schema, which is free because no load is
    -- open: the tables that replace them in the old schema have the same names and indexes.
    perform make_schema(
        v_dataset.dataset, v_dataset.build_schema, format('Where a version of %s waits for its place.', v_dataset.dataset)
    );
    perform move_relation(v_come, v_dataset.build_schema);
    perform swap_relations(p_load, v_dataset.build_schema, v_dataset.old_schema, p_until);
    perform allow_writes(v_dataset.target_schema);
    perform drop_schema(v_dataset.build_schema);
    update publication as p set reverted_at = case when p_back then clock() end where p.load_id = p_load;
    -- Merges that had only loaded the same files again are undone, and come back, together with it; not those of other
    -- entities.
    update load as l set state = case when p_back then 'rolled_back' else 'done' end
    where l.dataset = v_dataset.dataset and l.load_id > p_load and l.mode = 'merge' and l.rolled_back_by is null
        and l.state = case when p_back then 'done' else 'rolled_back' end
        and exists (
            select 1 from source as s join source as o on o.load_id = p_load and o.entities && s.entities
            where s.load_id = l.load_id
        );
    perform stamp_tables(v_dataset.dataset);
    perform note_stale_views(p_load, v_come);
    perform log_event(
        'reverted',
        format(case when p_back then 'load %s was reverted' else 'the revert of load %s was undone' end,
            p_load),
        p_load
    );
end
$$;
comment on function loader.put_back(bigint, boolean, timestamptz) is
'Swaps back the tables of a publication and records it, while readers wait.';
