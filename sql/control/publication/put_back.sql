create or replace function loader.put_back(p_load bigint, p_back boolean, p_gone oid[], p_come oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- The part of a revert for which readers wait: swaps the relations of a publication (p_gone) with those before it
-- (p_come), and records it. p_back: to those before it; otherwise a revert is undone. Raises 55P03 when it would have
-- to wait for a lock meanwhile (see swap_in_tries), LD007, LD008. Writes publication, load, owned_object, event, the
-- schemas.
declare
    v_dataset dataset;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    -- The tables that come back are first moved out of the way, to the build schema, which is free because no load is
    -- open: the tables that replace them in the old schema have the same names and indexes.
    perform make_schema(
        v_dataset.dataset, v_dataset.build_schema, format('Where a version of %s waits for its place.', v_dataset.dataset)
    );
    perform move_relation(p_come, v_dataset.build_schema);
    perform swap_relations(p_load, p_gone, p_come, '{}', v_dataset.old_schema);
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
    perform note_stale_views(p_load, p_come);
    perform log_event(
        'reverted',
        format(case when p_back then 'load %s was reverted' else 'the revert of load %s was undone' end,
            p_load),
        p_load
    );
end
$$;
comment on function loader.put_back(bigint, boolean, oid[], oid[]) is
'Swaps back the tables of a publication and records it, while readers wait.';
