create or replace function loader.begin_merge(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Prepares the tables in use for what a load merges into them. They are locked until the transaction ends, so this
-- comes last in the transaction that starts the load, after all slow steps. Does nothing for other loads, or if it was
-- done before. Raises LD007, LD038.
declare
    v_stage text;
begin
    select d.stage_schema into v_stage
    from load as l join dataset as d using (dataset)
    where l.load_id = p_load and l.mode = 'merge' and l.state = 'open';
    if found then
        perform assert_decisions(p_load);
        execute format('call %I.alter_target($1)', v_stage) using p_load;
    end if;
end
$$;
comment on function loader.begin_merge(bigint) is 'Prepares the tables in use for what a load merges into them.';
