create or replace function loader.resolve_build(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes from a build all versions of a key but the winner, roots and children, and corrects the counts of the
-- chunks that read the losers. First proves that the build holds every record the manifest says.
-- Raises LD006, LD012. Writes build, chunk, load. Does nothing the second time.
declare
    v_dataset dataset;
    v_root text;
    v_rows bigint;
    v_total bigint := 0;
    v_inserted bigint;
begin
    if (select l.resolved from load as l where l.load_id = p_load) then
        return;
    end if;
    perform assert_build(p_load);
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    for v_root in select e.table_name from load_roots(p_load) as e loop
        execute format('select count(*) from %I.%I', v_dataset.build_schema, v_root) into v_rows;
        v_total := v_total + v_rows;
    end loop;
    select coalesce(sum(c.inserted), 0) into v_inserted from chunk as c
    where c.load_id = p_load and c.epoch = (select l.epoch from load as l where l.load_id = p_load);
    if v_total <> v_inserted then
        raise exception 'the build holds % records, the manifest says %', v_total, v_inserted using errcode = 'LD012';
    end if;
    for v_root in select e.table_name from load_roots(p_load) as e loop
        execute format('call %I.%I($1)', v_dataset.stage_schema, 'resolve_' || v_root) using p_load;
    end loop;
    update load as l set resolved = true where l.load_id = p_load;
end
$$;
comment on function loader.resolve_build(bigint) is
'Removes superseded versions from a build and counts them as duplicates.';
