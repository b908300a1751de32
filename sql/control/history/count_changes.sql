create or replace function loader.count_changes(p_load bigint, p_of bigint default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Notes how many changes a load has recorded, by entity, so that lost_changes can tell when some are not there any more.
-- p_of: load whose entities these are, where p_load takes it back. Writes load_entity.
declare
    v_root record;
    v_changes bigint;
begin
    for v_root in
        select e.entity, e.table_name, l.dataset || '_history' as history
        from load as l cross join load_roots(coalesce(p_of, p_load)) as e
        where l.load_id = p_load
    loop
        execute format(
            'select count(*) from %I.%I as c where c.load_id = $1', v_root.history, v_root.table_name || '_change'
        )
        into v_changes using p_load;
        insert into load_entity (load_id, entity, changes) values (p_load, v_root.entity, v_changes)
        on conflict (load_id, entity) do update set changes = excluded.changes;
    end loop;
end
$$;
comment on function loader.count_changes(bigint, bigint) is
'Notes how many changes a load has recorded, by entity.';
