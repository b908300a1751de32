create or replace function loader.build_table(p_load bigint, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes one table of the build durable, with keys, indexes and statistics: one rewrite. Several sessions may build
-- different tables at once, each in a transaction of its own. A table that is logged already is done.
-- Raises LD005, LD006. Locks load (shared).
declare
    v_load load;
    v_dataset dataset;
begin
    select l.* into v_load from load as l where l.load_id = p_load for share;
    if v_load.state <> 'open' or not v_load.resolved then
        raise exception 'load % is not ready to be built', p_load using errcode = 'LD005';
    end if;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    perform pg_advisory_xact_lock(hashtext('loader.build_table ' || v_load.dataset), hashtext(p_table));
    perform assert_build(p_load);
    if exists (
        select 1 from pg_class as c
        where c.oid = to_regclass(format('%I.%I', v_dataset.build_schema, p_table)) and c.relpersistence = 'p'
    ) then
        return;
    end if;
    execute format('call %I.%I()', v_dataset.stage_schema, 'build_' || p_table);
end
$$;
comment on function loader.build_table(bigint, text) is 'Makes one table of a build durable, with keys and indexes.';
