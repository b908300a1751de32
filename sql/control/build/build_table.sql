create or replace function loader.build_table(p_load bigint, p_table text)
returns bigint
language plpgsql
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Makes one shadow table durable, with keys, indexes and statistics, in one rewrite. Several sessions may build
-- different tables at once, each in its own transaction. A table that is already logged is done. Its rows must be those
-- that load.expected_rows states, and nobody can write into it afterwards. Returns their number, which building an
-- index counts and stores in reltuples; that holds whole numbers exactly up to 2^24, until ANALYZE replaces them by an
-- estimate. Returns null if this number is not available: above 2^24, if the table was done already or is empty, or
-- (PostgreSQL 18) if autovacuum is off; rows are then counted for the comparison.
-- Raises LD005, LD006, LD012. Locks load (shared). Writes owned_object.
declare
    v_load load;
    v_dataset dataset;
    v_table regclass;
    v_rows bigint;
    v_counted bigint;
    v_held bigint;
begin
    select l.* into v_load from load as l where l.load_id = p_load for share;
    if v_load.state <> 'open' or not v_load.resolved then
        raise exception 'load % is not ready to be built', p_load using errcode = 'LD005';
    end if;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    perform pg_advisory_xact_lock(hashtext('loader.build_table ' || v_load.dataset), hashtext(p_table));
    perform assert_build(p_load);
    v_table := to_regclass(format('%I.%I', v_dataset.build_schema, p_table));
    if exists (select 1 from pg_class as c where c.oid = v_table and c.relpersistence = 'p') then
        return null;
    end if;
    execute format('call %I.%I()', v_dataset.stage_schema, 'build_' || p_table);
    perform record_objects(v_load.dataset, v_dataset.build_schema, array[p_table]);
    select c.reltuples into v_rows from pg_class as c where c.oid = v_table and c.reltuples between 0 and 16777215;
    if v_load.expected_rows is not null then
        v_held := coalesce((v_load.expected_rows ->> p_table)::bigint, 0);
        v_counted := v_rows;
        if v_rows is null then
            execute format('select count(*) from %s', v_table) into v_counted;
        end if;
        perform assert_rows(format('%I.%I', v_dataset.build_schema, p_table), v_counted, v_held);
    end if;
    execute format(
        'create trigger loader_refuse_write before insert or update or delete or truncate on %s '
        'for each statement execute function loader.refuse_write()', v_table
    );
    perform gather_statistics(v_table);
    return v_rows;
end
$$;
comment on function loader.build_table(bigint, text) is
'Makes a shadow table durable, with keys and indexes; returns its number of rows.';
