create or replace function loader.load_progress(p_load bigint)
returns table (
    done_bytes bigint,
    total_bytes bigint,
    xml_bytes bigint,
    records bigint,
    rejects bigint,
    workers bigint,
    planned boolean,
    is_packed boolean
)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How far a load is: done_bytes of total_bytes. These are bytes of XML if all sources are plain or planned; before,
    -- the content of a compressed source is unknown, and they are bytes of the files (is_packed). xml_bytes: of the
    -- finished chunks.
    with progress as (
        select
            s.size, s.scanned, s.decoded_bytes, s.decoded_bytes is null and s.format <> 'plain' as is_packed,
            coalesce(s.decoded_bytes, s.size) as xml_size,
            -- Sums of floats take half the time of sums of bigints, and are as exact below 2^53.
            coalesce(sum(c.weight::float8), 0) as cut,
            coalesce(sum(c.weight::float8) filter (where c.state = 'done'), 0) as done,
            coalesce(sum(c.read), 0) as read, coalesce(sum(c.rejected), 0) as rejected
        from source as s left join chunk as c on c.source_id = s.source_id
        where s.load_id = p_load
        group by s.source_id
    ), total as (
        select
            coalesce(bool_or(p.is_packed), false) as is_packed,
            coalesce(bool_and(p.decoded_bytes is not null), false) as is_planned,
            sum(p.done) as xml_done, sum(p.xml_size) as xml_size, sum(p.size) as size,
            -- For a file that is not planned yet: the share of what the planner has read that is loaded.
            sum(case
                when p.is_packed then least(p.scanned, p.size) * coalesce(p.done / nullif(p.cut, 0), 0)
                else p.size * p.done / nullif(p.xml_size, 0)
            end) as size_done,
            sum(p.read) as read, sum(p.rejected) as rejected
        from progress as p
    )
    select
        coalesce(case when t.is_packed then t.size_done else t.xml_done end, 0)::bigint,
        coalesce(case when t.is_packed then t.size else t.xml_size end, 0)::bigint,
        coalesce(t.xml_done, 0)::bigint, coalesce(t.read, 0)::bigint, coalesce(t.rejected, 0)::bigint,
        (
            select count(*) from (
                select c.worker from chunk as c where c.load_id = p_load and c.state = 'leased'
                union
                select s.worker from source as s where s.load_id = p_load and s.state = 'planning'
            ) as w
        ),
        t.is_planned, t.is_packed
    from total as t
$$;
comment on function loader.load_progress(bigint) is 'Progress of a load: bytes, records, rejects, workers.';
