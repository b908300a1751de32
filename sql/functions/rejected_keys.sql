create or replace function loader.rejected_keys(p_load bigint, p_entity text)
returns setof bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Generated keys of the records of a load that were rejected: they are in the file, whatever is wrong with them, so
    -- their older rows are not gone.
    select distinct (coalesce(s.key_source, s.source_id) << 40) + coalesce(s.record_numbers[r.record], r.record)
    from reject as r join source as s on s.source_id = r.source_id
    where r.load_id = p_load and r.entity = p_entity
$$;
comment on function loader.rejected_keys(bigint, text) is 'Generated keys of the records of a load that were rejected.';
