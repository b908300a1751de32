create or replace function loader.swap_relations(
    p_load bigint,
    p_from_schema text,
    p_to_schema text,
    p_back boolean,
    p_until timestamptz
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves the relations that loader.publication lists for a load: those in use go to p_to_schema, their successors
-- come from p_from_schema. p_back: the other way round (loader.revert). Views and foreign keys of users, and
-- statistics objects, are bound to the successors. All under locks that no reader waits for longer than 0.1 s.
-- Raises LD007, LD008. Writes dependent, the schemas.
declare
    v_dataset dataset;
    v_gone oid[];
    v_locks oid[];
    v_items dependent[];
    v_pair record;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select array_agg(case when p_back then p.new_oid else p.old_oid end order by p.position desc) into v_gone
    from publication as p where p.load_id = p_load and p.old_oid is not null;
    select array_agg(distinct d.owner_oid) into v_locks from list_dependents(v_gone) as d
    where d.kind in ('view', 'foreign key') and d.owner_oid <> all (v_gone);
    perform lock_for_swap(coalesce(v_locks, '{}') || coalesce(v_gone, '{}'), p_until);
    if exists (
        select 1 from list_dependents(v_gone) as d
        where not d.carried or d.kind = 'materialized view' and d.object_oid <> all (v_gone)
    ) then
        raise exception 'something new depends on the tables that cannot be carried over'
            using errcode = 'LD008', detail = (
                select string_agg(d.kind || ' ' || d.identity, E'\n') from list_dependents(v_gone) as d
                where not d.carried or d.kind = 'materialized view' and d.object_oid <> all (v_gone)
            ), hint = 'drop what is listed, or cancel the load and begin again';
    end if;
    perform drop_own_foreign_keys(v_dataset.dataset);
    v_items := unbind_dependents(p_load, v_gone);
    for v_pair in
        select p.table_name, p.position > 1000000 as is_view, p.old_oid,
            case when p_back then p.new_oid else p.old_oid end as gone_oid,
            case when p_back then p.old_oid else p.new_oid end as come_oid
        from publication as p where p.load_id = p_load order by p.position
    loop
        if v_pair.is_view then
            perform swap_materialized_view(v_pair.gone_oid, v_pair.come_oid, p_to_schema);
            continue;
        end if;
        if v_pair.gone_oid is not null then
            execute format('alter table %s set schema %I', v_pair.gone_oid::regclass, p_to_schema);
        end if;
        execute format('alter table %s set schema %I', v_pair.come_oid::regclass, v_dataset.target_schema);
    end loop;
    perform bind_dependents(p_load, v_items);
    perform add_own_foreign_keys(v_dataset.dataset, v_dataset.target_schema);
end
$$;
comment on function loader.swap_relations(bigint, text, text, boolean, timestamptz) is
'Swaps the relations of a publication and binds users'' views and foreign keys to the successors.';
