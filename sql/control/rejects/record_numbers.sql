create or replace function loader.record_numbers(p_source bigint, p_rejects bigint[])
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The numbers of rejected records in the source whose number is in their generated keys, in the order of p_rejects.
    -- Null if no entity of the source has generated keys, because then nothing depends on them.
    select array_agg(coalesce(s.record_numbers[r.record], r.record) order by g.place)
    from source as s
    cross join unnest(p_rejects) with ordinality as g (reject_id, place)
    join reject as r on r.reject_id = g.reject_id and r.source_id = s.source_id
    where s.source_id = p_source and s.entities && generated_entities(s.dataset)
    having count(*) = cardinality(p_rejects)
$$;
comment on function loader.record_numbers(bigint, bigint[]) is
'The numbers of rejected records in the source that is named by the number in their generated keys.';
