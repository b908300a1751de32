create or replace function loader.replayed_records(p_dataset text, p_source bigint, p_rejects bigint[])
returns table (reject_id bigint, record bigint, context bytea)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Where the records of some rejects of a source are: their numbers in it, and the context around each of them.
    -- Rejects of other sources and datasets are left out. Reads reject, source, chunk.
    select r.reject_id, r.record, c.context
    from reject as r
    join source as s on s.source_id = r.source_id
    join chunk as c on c.source_id = r.source_id and r.record between c.first_record and c.first_record + c.records - 1
    where r.reject_id = any (p_rejects) and r.source_id = p_source and s.dataset = p_dataset
$$;
comment on function loader.replayed_records(text, bigint, bigint[]) is
'The numbers of some rejected records in their source, and what surrounds each of them in the file.';
