create or replace function loader.swap_relations(
    p_load bigint, p_gone oid[], p_come oid[], p_new oid[], p_to text
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves relations that are in use (p_gone) to the schema p_to, and their successors (p_come), and tables without a
-- predecessor (p_new), into their place. Users' views, foreign keys and statistics objects are created again on the
-- successors. Nobody can write into the old relations afterwards. No reader waits longer than 0.1 s, and as long as
-- users' objects take (announce_wait). Called by swap_in_tries, which has locked all of them: raises 55P03 rather than
-- wait for another lock while readers wait. Raises LD007, LD008. Writes dependent, owned_object, the schemas.
declare
    v_dataset dataset;
    v_items dependent[] := '{}';
    v_old regclass;
    v_rights text;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    v_rights := rights_state(p_gone);
    if p_gone <> '{}' then
        perform assert_carried(p_gone, 'drop what is listed; the same command then continues', p_gone);
        perform drop_own_foreign_keys(v_dataset.dataset, p_gone);
        v_items := drop_dependents(p_load, p_gone);
        perform note_carried(p_gone);
        perform move_relation(
            array(select c.oid from pg_class as c where c.oid = any (p_gone) and c.relkind <> 'm'), p_to
        );
    end if;
    perform move_relation(
        p_new || array(select c.oid from pg_class as c where c.oid = any (p_come) and c.relkind <> 'm'),
        v_dataset.target_schema
    );
    for v_old in select c.oid::regclass from pg_class as c where c.oid = any (p_gone) and c.relkind <> 'm' loop
        execute format(
            'create or replace trigger loader_refuse_write before insert or update or delete or truncate on %s '
            'for each statement execute function loader.refuse_write(''old'')', v_old
        );
    end loop;
    perform swap_materialized_view(v_dataset.dataset, array_agg(x.gone_oid), array_agg(x.come_oid), p_to)
    from unnest(p_gone, p_come) as x (gone_oid, come_oid) join pg_class as c on c.oid = x.gone_oid
    where c.relkind = 'm' having count(*) > 0;
    perform grant_defaults(t.oid) from unnest(p_new) as t (oid);
    perform recreate_dependents(p_load, v_items);
    perform add_own_foreign_keys(p_load, v_dataset.target_schema);
    -- GRANT and REVOKE do not wait for locks on the table.
    perform settle_rights(p_gone);
    if rights_state(p_gone) <> v_rights or changing_rights(p_gone) is not null then
        raise lock_not_available;  -- what was granted meanwhile is carried over by the next attempt
    end if;
end
$$;
comment on function loader.swap_relations(bigint, oid[], oid[], oid[], text) is
'Swaps the relations of a publication, and moves dependent objects of users to the new ones.';
