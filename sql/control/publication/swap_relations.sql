create or replace function loader.swap_relations(
    p_load bigint, p_from text, p_to text, p_until timestamptz
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves the relations that loader.publication lists for a load: those in use go to the schema p_to, their successors in
-- the schema p_from take their place. Grants, owners, indexes, and then views, foreign keys and
-- statistics objects of users go over to the successors. Nobody writes into what is put away. Under locks
-- that no reader waits for longer than 0.1 s. Raises LD007, LD008. Writes dependent, owned_object, the schemas.
declare
    v_dataset dataset;
    v_gone oid[];
    v_items dependent[];
    v_pair record;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    for v_pair in select p.* from publication_moves(p_load, p_from) as p where p.gone_oid is not null loop
        perform carry_indexes(v_pair.gone_oid, v_pair.come_oid);
        perform carry_settings(v_pair.gone_oid, v_pair.come_oid, p_load);
    end loop;
    select array_agg(p.gone_oid order by p.place) into v_gone
    from publication_moves(p_load, p_from) as p where p.gone_oid is not null;
    perform lock_for_swap(swap_locks(p_load, coalesce(v_gone, '{}')), p_until);
    perform assert_carried(v_gone, 'drop what is listed, then the same command goes on', coalesce(v_gone, '{}'));
    perform drop_own_foreign_keys(v_dataset.dataset, coalesce(v_gone, '{}'));
    v_items := unbind_dependents(p_load, v_gone);
    for v_pair in select p.* from publication_moves(p_load, p_from) as p order by p.place loop
        if v_pair.is_view then
            perform swap_materialized_view(v_dataset.dataset, v_pair.gone_oid, v_pair.come_oid, p_to);
            continue;
        end if;
        if v_pair.gone_oid is not null then
            perform note_carried(v_pair.gone_oid);
            perform move_relation(v_pair.gone_oid, p_to);
            execute format(
                'create or replace trigger loader_refuse_write before insert or update or delete or truncate on %s '
                'for each statement execute function loader.refuse_write(''old'')', v_pair.gone_oid::regclass
            );
        end if;
        perform move_relation(v_pair.come_oid, v_dataset.target_schema);
        if v_pair.gone_oid is null then
            perform grant_defaults(v_pair.come_oid);
        end if;
    end loop;
    perform bind_dependents(p_load, v_items);
    perform add_own_foreign_keys(p_load, v_dataset.target_schema);
end
$$;
comment on function loader.swap_relations(bigint, text, text, timestamptz) is
'Swaps the relations of a publication and binds what users have built to the successors.';
