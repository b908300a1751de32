create or replace function loader.list_conflicts(p_load bigint, p_entity text default null, p_limit bigint default null)
returns table (
    entity text,
    key jsonb,
    winner_source text,
    winner_record bigint,
    loser_source text,
    loser_record bigint,
    why text
)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- A sample of the versions that lost to another version of their key in a load, with the names of the sources.
    select c.entity, c.key, w.name, c.winner_record, l.name, c.loser_record, c.why
    from conflict as c
    join source as l on l.source_id = c.loser_source
    left join source as w on w.source_id = c.winner_source
    where c.load_id = p_load and (p_entity is null or c.entity = p_entity)
    order by c.entity collate "C", c.key, c.loser_source, c.loser_record
    limit p_limit
$$;
comment on function loader.list_conflicts(bigint, text, bigint) is
'A sample of the versions that lost to another version of their key in a load.';
