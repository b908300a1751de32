create or replace function loader.assert_build(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Shadow tables are unlogged: a server crash empties them. An unlogged canary beside them holds the epoch of the load,
-- so that this is noticed. Raises LD006.
declare
    v_load load;
    v_canary text;
    v_epoch bigint;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    select format('%I._canary', d.build_schema) into v_canary from dataset as d where d.dataset = v_load.dataset;
    if to_regclass(v_canary) is not null then
        execute format('select epoch from %s', v_canary) into v_epoch;
    end if;
    if v_epoch is distinct from v_load.epoch then
        raise exception 'the unlogged tables of load % were emptied by a server crash', p_load
            using errcode = 'LD006', hint = format('select loader.restart_build(%s)', p_load);
    end if;
end
$$;
comment on function loader.assert_build(bigint) is
'Raises LD006 if a server crash emptied the shadow tables of a load.';
