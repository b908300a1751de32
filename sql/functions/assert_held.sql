create or replace function loader.assert_held(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that the build holds as many records as the chunks that are done say, all of this epoch. Then counts them by
-- entity. Raises LD009, LD012. Writes load_entity.
declare
    v_build text;
    v_root text;
    v_rows bigint;
    v_total bigint := 0;
    v_inserted bigint;
begin
    select d.build_schema into v_build from load as l join dataset as d using (dataset) where l.load_id = p_load;
    for v_root in select e.table_name from load_roots(p_load) as e loop
        execute format('select count(*) from %I.%I', v_build, v_root) into v_rows;
        v_total := v_total + v_rows;
    end loop;
    select coalesce(sum(c.inserted), 0) into v_inserted from chunk as c
    where c.load_id = p_load and c.epoch = (select l.epoch from load as l where l.load_id = p_load);
    if v_total <> v_inserted then
        raise exception 'the build holds % records, the manifest says %', v_total, v_inserted using errcode = 'LD012';
    end if;
    perform count_entities(p_load);
end
$$;
comment on function loader.assert_held(bigint) is 'Proves that the build holds the records that the manifest says.';
