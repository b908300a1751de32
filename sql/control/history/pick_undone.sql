create or replace function loader.pick_undone(p_own bigint, p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Decides for load p_own how load p_load is undone, and proves that no later load prevents it: what p_load wrote must
-- be as it left it, and no later load may rely on it. Raises LD018 with the keys. Writes staging.
declare
    v_load load;
    v_dataset dataset;
    v_root record;
    v_some bigint;
    v_keys text[];
    v_touched bigint := 0;
    v_all text[];
    v_rows bigint := 0;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    for v_root in select e.* from load_roots(p_load) as e loop
        execute format('call %I.%I($1, $2, null, null)', v_dataset.stage_schema, 'pick_undone_' || v_root.table_name)
        into v_some, v_keys using p_load, v_load.changes = 'first';
        v_touched := v_touched + v_some;
        v_all := v_all || v_keys;
        execute format('select count(*) from %I.%I', v_dataset.stage_schema,
            v_root.table_name || '_decision') into v_some;
        v_rows := v_rows + v_some;
    end loop;
    if v_touched > 0 then
        raise exception 'load % cannot be rolled back: % of the records that it wrote were changed since',
            p_load, v_touched
            using errcode = 'LD018', detail = first_keys(v_all, v_touched), hint = coalesce(
                'roll these loads back first, in this order: ' || nullif(array_to_string(later_changes(p_load), ', '), ''),
                'they were changed by hand, or by loads that recorded nothing: load the dumps of the state before '
                'with --replace'
            );
    end if;
    if v_load.changes = 'first' and v_rows <> v_load.inserted then
        raise exception 'load % cannot be rolled back: it inserted % records, of which % are left', p_load,
            v_load.inserted, v_rows
            using errcode = 'LD018', hint = 'the others were changed by loads that recorded nothing, or by hand';
    end if;
    perform assert_unconfirmed(p_load);
    perform assert_removals_apart(p_load);
    for v_root in select e.* from load_roots(p_load) as e loop
        continue when keep_referenced(p_own, v_root.entity) = 0;
        execute format(
            'select count(*), array_agg(concat_ws(''/'', %s) order by %1$s) from %I.%I where _outcome = ''k''',
            (select string_agg(quote_ident(k), ', ' order by n) from dataset_table as t
                cross join lateral unnest(t.key_columns) with ordinality as u (k, n)
                where t.dataset = v_load.dataset and t.table_name = v_root.table_name),
            v_dataset.stage_schema, v_root.table_name || '_decision'
        )
        into v_some, v_all;
        raise exception 'load % cannot be rolled back: other rows refer to % % records that it inserted', p_load,
            v_some, v_root.entity
            using errcode = 'LD018', detail = first_keys(v_all, v_some), hint = 'delete the rows that refer to them first';
    end loop;
end
$$;
comment on function loader.pick_undone(bigint, bigint) is
'Decides what a rollback changes; raises LD018 if later loads or users'' rows depend on the load.';
