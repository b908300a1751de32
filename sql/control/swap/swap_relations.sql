create or replace function loader.swap_relations(
    p_load bigint, p_from text, p_to text, p_until timestamptz
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves the relations that loader.publication lists for a load: those in use to the schema p_to, and their successors
-- from the schema p_from into their place. Users' grants, owners and indexes, then views, foreign keys and statistics
-- objects are carried over to the successors. Nobody can write into the old relations afterwards. No reader waits
-- longer than 0.1 s, and as long as users' objects take (announce_wait). Call it by swap_in_tries: it raises 55P03 rather
-- than wait for a lock while readers wait. Raises LD007, LD008. Writes dependent, owned_object, the schemas.
declare
    v_dataset dataset;
    v_gone oid[];
    v_come oid[];
    v_new oid[];
    v_items dependent[] := '{}';
    v_old regclass;
    v_rights text;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select
        coalesce(array_agg(p.old_oid order by p.place) filter (where p.old_oid is not null), '{}'),
        coalesce(array_agg(p.come_oid order by p.place) filter (where p.old_oid is not null), '{}'),
        coalesce(array_agg(p.come_oid order by p.place) filter (where p.old_oid is null and not p.is_view), '{}')
    into v_gone, v_come, v_new
    from publication_moves(p_load, p_from) as p;
    perform lock_carried(p_load, v_gone, v_come, p_until);
    perform set_config('lock_timeout', '40ms', true); -- until the end of the attempt: readers wait now
    v_rights := rights_state(v_gone);
    if v_gone <> '{}' then
        perform assert_carried(v_gone, 'drop what is listed; the same command then continues', v_gone);
        perform drop_own_foreign_keys(v_dataset.dataset, v_gone);
        v_items := drop_dependents(p_load, v_gone);
        perform note_carried(v_gone);
        perform move_relation(
            array(select c.oid from pg_class as c where c.oid = any (v_gone) and c.relkind <> 'm'), p_to
        );
    end if;
    perform move_relation(
        v_new || array(select c.oid from pg_class as c where c.oid = any (v_come) and c.relkind <> 'm'),
        v_dataset.target_schema
    );
    for v_old in select c.oid::regclass from pg_class as c where c.oid = any (v_gone) and c.relkind <> 'm' loop
        execute format(
            'create or replace trigger loader_refuse_write before insert or update or delete or truncate on %s '
            'for each statement execute function loader.refuse_write(''old'')', v_old
        );
    end loop;
    perform swap_materialized_view(v_dataset.dataset, array_agg(x.gone_oid), array_agg(x.come_oid), p_to)
    from unnest(v_gone, v_come) as x (gone_oid, come_oid) join pg_class as c on c.oid = x.gone_oid
    where c.relkind = 'm' having count(*) > 0;
    perform grant_defaults(t.oid) from unnest(v_new) as t (oid);
    perform recreate_dependents(p_load, v_items);
    perform add_own_foreign_keys(p_load, v_dataset.target_schema);
    -- GRANT and REVOKE do not wait for locks on the table.
    perform settle_rights(v_gone);
    if rights_state(v_gone) <> v_rights or changing_rights(v_gone) is not null then
        raise lock_not_available;  -- what was granted meanwhile is carried over by the next attempt
    end if;
end
$$;
comment on function loader.swap_relations(bigint, text, text, timestamptz) is
'Swaps the relations of a publication, and moves dependent objects of users to the new ones.';
