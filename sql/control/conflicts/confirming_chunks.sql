create or replace function loader.confirming_chunks(p_load bigint, p_policy text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Chunks of finished other loads whose sources win over some source of this load. What they found unchanged was a
    -- decision, although it wrote nothing: a source that loses to them does not change it, unless their source was
    -- replaced since.
    with places as materialized (
        select p.source_id, p.place, s.load_id
        from load as l
        cross join source_ranks(l.dataset, p_policy) as p
        join source as s on s.source_id = p.source_id
        where l.load_id = p_load
    )
    select coalesce(array_agg(c.chunk_id), '{}')
    from places as p
    join load as l on l.load_id = p.load_id and l.state = 'done'
    join chunk as c on c.source_id = p.source_id
    where p.load_id <> p_load and p.place > (select min(m.place) from places as m where m.load_id = p_load)
        and not is_replaced(p.source_id)
$$;
comment on function loader.confirming_chunks(bigint, text) is
'Chunks of other loads whose sources win over some source of this load.';
