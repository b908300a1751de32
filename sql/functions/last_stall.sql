create or replace function loader.last_stall(p_load bigint)
returns timestamptz
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Since when a load stood still when that was last noticed; null: it never was. Reads event.
    select (e.detail ->> 'since')::timestamptz from event as e
    where e.load_id = p_load and e.kind = 'load_stalled' order by e.event_id desc limit 1
$$;
comment on function loader.last_stall(bigint) is 'Since when a load stood still when that was last noticed.';
