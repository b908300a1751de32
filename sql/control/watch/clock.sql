create or replace function loader.clock()
returns timestamptz
language sql
volatile
set search_path = loader, pg_temp
as $$
    -- The time for leases and pauses. Tests set another one: set loader.now = '2026-01-01 00:00+00'.
    select case
        when nullif(current_setting('loader.now', true), '') is null then clock_timestamp()
        else faked_clock(current_setting('loader.now'))
    end
$$;
comment on function loader.clock() is 'The current time; tests set loader.now to another time.';
