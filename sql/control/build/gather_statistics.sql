create or replace function loader.gather_statistics(p_table regclass)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Runs ANALYZE with a sample of a twentieth of the rows, but at least what a statistics target of 10 samples, and at
-- most what default_statistics_target does. For smaller tables, a sample of 30,000 rows would take longer than their
-- COPY.
declare
    v_before text := current_setting('default_statistics_target');
    v_rows float8;
begin
    select case
        when c.reltuples > 0 and c.relpages > 0
            then c.reltuples / c.relpages * (pg_relation_size(c.oid) / current_setting('block_size')::integer)
        else pg_relation_size(c.oid) / 100.0 -- a guess, as nothing is known yet
    end
    into v_rows from pg_class as c where c.oid = p_table;
    perform set_config('default_statistics_target', least(v_before::integer, greatest(10, ceil(v_rows / 6000)))::text, true);
    execute format('analyze %s', p_table);
    perform set_config('default_statistics_target', v_before, true);
end
$$;
comment on function loader.gather_statistics(regclass) is 'ANALYZE with a sample that fits the size of the table.';
