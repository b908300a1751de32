create or replace function loader.lease_time(p_load bigint, p_lease interval)
returns interval
language sql
stable
set search_path = loader, pg_temp
as $$
    -- For how long a chunk or a source of a load is leased, and its lease renewed. p_lease null: the load's setting.
    select coalesce(p_lease, make_interval(secs => load_limit(p_load, 'lease')))
$$;
comment on function loader.lease_time(bigint, interval) is 'For how long a chunk or a source of a load is leased.';
