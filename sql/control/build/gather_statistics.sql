create or replace function loader.gather_statistics(p_table regclass)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- ANALYZE with a sample that fits the table: a twentieth of its rows, but no fewer than a statistics target of 10
-- looks at and no more than default_statistics_target does. 30,000 rows of each would cost tables of that size more
-- than COPY.
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
