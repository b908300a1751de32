create or replace function loader.unneeded_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources whose versions of an entity can never count again if no history is kept: those of loads that failed, were
    -- cancelled or rolled back, those from before the last replace but one (the last one can be reverted), and those
    -- that a full snapshot has superseded. As before p_load.
    with replaced as (
        select r.load_id, row_number() over (order by r.load_id desc) as place
        from load as mine join load as r on r.dataset = mine.dataset and r.mode = 'replace' and r.state = 'done'
        where mine.load_id = p_load and r.load_id <> p_load
            and exists (select 1 from source as s where s.load_id = r.load_id and p_entity = any (s.entities))
    )
    select coalesce(array_agg(s.source_id), '{}')
    from load as mine
    join source as s on s.dataset = mine.dataset and s.load_id <> p_load and p_entity = any (s.entities)
    join load as l on l.load_id = s.load_id
    where mine.load_id = p_load
        and (
            l.state in ('failed', 'cancelled', 'rolled_back')
            or l.load_id < (select r.load_id from replaced as r where r.place = 2)
            or l.load_id >= coalesce((select r.load_id from replaced as r where r.place = 1), 0)
            and not exists (
                select 1 from contributing_sources(p_load, p_entity, false) as c where c.source_id = s.source_id
            )
        )
$$;
comment on function loader.unneeded_sources(bigint, text) is 'Sources whose versions of an entity can no longer count.';
