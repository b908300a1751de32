create or replace function loader.repair_tables(p_dataset text)
returns setof text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates again what somebody has dropped of the tables of a dataset: tables and columns (empty), and comments; the
-- keys and indexes follow (repair_keys). The rows of an entity that has lost values get another hash, so that the next
-- load of their dumps writes them again; those of tables from elsewhere also lose their origin (forget_origins). This
-- takes time, so readers are locked out after it, unless tables from elsewhere also lack columns or rows. Returns what
-- was repaired, one line each. Raises LD007. Locks dataset. Writes the target, owned_object, history, staging, dataset,
-- load, event.
declare
    v_dataset dataset;
    v_damage text[];
    v_roots text[];
    v_elsewhere text[];
    v_root text;
    v_is_whole boolean;
    v_tables oid[];
    v_until timestamptz := clock_timestamp() + interval '10 minutes';
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    v_damage := array(select d.object || ': ' || d.what from list_damage(p_dataset) as d where d.mendable);
    if v_damage = '{}' then
        return;
    end if;
    v_roots := array(
        select format('%I.%I', v_dataset.target_schema, t.table_name) from dataset_table as t
        where t.dataset = p_dataset and t.is_root
            and t.entity in (select d.entity from list_damage(p_dataset) as d where d.loses_values)
    );
    v_tables := array(
        select c.oid from dataset_table as t
        join pg_class as c on c.oid = to_regclass(format('%I.%I', v_dataset.target_schema, t.table_name))
        where t.dataset = p_dataset
    );
    v_elsewhere := array(
        select distinct t.entity from tables_from_elsewhere(p_dataset) as e (table_name)
        join dataset_table as t on t.dataset = p_dataset and t.table_name = e.table_name
    );
    v_is_whole := not exists (
        select 1 from list_damage(p_dataset) as d where d.loses_values and d.entity = any (v_elsewhere)
    );
    foreach v_root in array v_roots loop
        if has_columns(v_root, '{_hash}') then
            execute format('update %s set _hash = unknown_hash()', v_root);
        end if;
    end loop;
    if v_roots <> '{}' then
        update load as l set lost = 'values'
        where l.load_id = (select max(m.load_id) from load as m where m.dataset = p_dataset);
        perform log_event(
            'values_lost', format(
                'rows in %s had lost values: no earlier state can be shown, and no earlier load be rolled back',
                array_to_string(v_roots, ', ')
            ), (select max(l.load_id) from load as l where l.dataset = p_dataset), p_level => 'warning'
        );
    end if;
    if v_is_whole then
        perform lock_for_swap(v_tables, v_until, 'share row exclusive');
        perform forget_origins(p_dataset, v_elsewhere);
    end if;
    perform lock_for_swap(v_tables, v_until);
    execute format('call %I.repair_target()', v_dataset.stage_schema);
    if not v_is_whole then
        perform forget_origins(p_dataset, v_elsewhere);
    end if;
    perform stamp_tables(p_dataset);
    return query select unnest(v_damage) except select d.object || ': ' || d.what from list_damage(p_dataset) as d;
end
$$;
comment on function loader.repair_tables(text) is
'Creates dropped tables and columns of a dataset again; returns what was repaired.';
