create or replace function loader.load_progress(p_load bigint)
returns table (done_bytes bigint, total_bytes bigint, records bigint, rejects bigint, workers bigint, planned boolean)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How far a load is, in bytes of decoded XML. total_bytes is an estimate while sources are still being planned:
    -- their size on disk times the growth seen so far.
    select
        coalesce(sum(p.done), 0)::bigint, coalesce(sum(p.total), 0)::bigint, coalesce(sum(p.read), 0)::bigint,
        coalesce(sum(p.rejected), 0)::bigint,
        (
            select count(*) from (
                select c.worker from chunk as c where c.load_id = p_load and c.state = 'leased'
                union
                select s.planner from source as s where s.load_id = p_load and s.state = 'planning'
            ) as w
        ),
        coalesce(bool_and(p.is_planned), false)
    from (
        select
            sum(c.end_byte - c.start_byte) filter (where c.state = 'done') as done,
            sum(c.read) as read, sum(c.rejected) as rejected,
            coalesce(
                s.decoded_bytes,
                greatest(
                    s.size * coalesce(sum(c.end_byte - c.start_byte) / nullif(s.scanned, 0), 1),
                    sum(c.end_byte - c.start_byte)
                )
            ) as total,
            s.decoded_bytes is not null as is_planned
        from source as s left join chunk as c on c.source_id = s.source_id
        where s.load_id = p_load
        group by s.source_id
    ) as p
$$;
comment on function loader.load_progress(bigint) is 'How far a load is: bytes, records, rejects, workers.';
