create or replace function loader.assert_expected_rows(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that the shadow tables hold as many records as the finished chunks of this epoch have counted, and as many
-- rows per table as these have put into it. Records of other loads do not count. Child tables of a replace are left to
-- build_table, which gets their counts without counting, unless versions are combined before that. Then counts the
-- records per entity. Nobody else can write into the counted tables until the end of the transaction.
-- Raises LD009, LD012. Writes load_entity. Locks the shadow tables (share).
declare
    v_held jsonb := count_expected_rows(p_load);
    v_sources bigint[] := array(select s.source_id from source as s where s.load_id = p_load);
    v_table record;
    v_rows bigint;
    v_total bigint := 0;
    v_inserted bigint;
begin
    for v_table in
        select t.table_name, t.is_root, d.build_schema
        from load as l
        join dataset as d on d.dataset = l.dataset
        join load_roots(p_load) as r on true
        join dataset_table as t on t.dataset = l.dataset and t.entity = r.entity
        where l.load_id = p_load and (t.is_root or l.mode = 'merge' or keeps_versions(l.dataset, t.entity))
        order by t.position
    loop
        execute format('lock table %I.%I in share mode', v_table.build_schema, v_table.table_name);
        execute format(
            'select count(*) from %I.%I%s', v_table.build_schema, v_table.table_name,
            case when v_table.is_root then ' where _source = any ($1)' else '' end
        )
        into v_rows using v_sources;
        perform assert_rows(
            format('%I.%I', v_table.build_schema, v_table.table_name), v_rows,
            case when v_held is not null then coalesce((v_held ->> v_table.table_name)::bigint, 0) end
        );
        v_total := v_total + case when v_table.is_root then v_rows else 0 end;
    end loop;
    select coalesce(sum(c.inserted), 0) into v_inserted from chunk as c
    where c.load_id = p_load and c.epoch = (select l.epoch from load as l where l.load_id = p_load);
    if v_total <> v_inserted then
        raise exception 'the shadow tables hold % records, but the control tables say %', v_total, v_inserted
            using errcode = 'LD012';
    end if;
    perform count_entities(p_load);
end
$$;
comment on function loader.assert_expected_rows(bigint) is
'Proves that the shadow tables hold as many records as the control tables say.';
