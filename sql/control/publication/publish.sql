create or replace function loader.publish(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Publishes a built load: the new tables take the place of the old ones, which are moved to the old schema, and the
-- load is done. Waits up to the setting publish_wait (seconds) for readers of old snapshots and for the locks. Raises
-- LD007, LD008, LD034. Writes publication, dependent, load, loaded_entity, owned_object, the schemas.
declare
    v_load load;
    v_dataset dataset;
    v_until timestamptz;
    v_gone oid[];
    v_come oid[];
    v_new oid[];
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    v_until := clock_timestamp() + make_interval(secs => load_limit(p_load, 'publish_wait'));
    perform wait_for_snapshots(p_load, v_until);
    perform assert_built(p_load);
    if to_regnamespace(quote_ident(v_dataset.target_schema)) is null then
        perform make_schema(
            v_dataset.dataset, v_dataset.target_schema, format('Tables of %s.', v_dataset.dataset)
        );
    end if;
    perform make_schema(
        v_dataset.dataset, v_dataset.old_schema,
        format('The version of %s before the last publication; loader.revert brings it back.', v_dataset.dataset)
    );
    delete from publication as p where p.load_id = p_load;
    insert into publication (load_id, position, table_name, old_oid, new_oid)
    select p_load, p.place, p.table_name, p.old_oid, p.new_oid from publication_pairs(p_load) as p;
    insert into publication (load_id, position, table_name, old_oid, new_oid)
    select p_load, 1000000 + row_number() over (), m.identity, m.object_oid,
        to_regclass(format('%I.%I', v_dataset.build_schema, '_mv_' || m.object_oid))
    from (
        select d.identity, d.object_oid
        from list_dependents(array(
            select p.old_oid from publication as p where p.load_id = p_load and p.old_oid is not null
        )) as d
        where d.kind = 'materialized view'
            and to_regclass(format('%I.%I', v_dataset.build_schema, '_mv_' || d.object_oid)) is not null
    ) as m;
    perform announce_wait(p_load);
    select
        coalesce(array_agg(m.old_oid order by m.place) filter (where m.old_oid is not null), '{}'),
        coalesce(array_agg(m.come_oid order by m.place) filter (where m.old_oid is not null), '{}'),
        coalesce(array_agg(m.come_oid order by m.place) filter (where m.old_oid is null and not m.is_view), '{}')
    into v_gone, v_come, v_new
    from publication_moves(p_load, v_dataset.build_schema) as m;
    perform swap_in_tries(
        p_load, v_gone, v_come, v_until, format('select put_in_use(%s, %L, %L, %L)', p_load, v_gone, v_come, v_new)
    );
end
$$;
comment on function loader.publish(bigint) is 'Publishes a built load: its tables replace the old ones.';
