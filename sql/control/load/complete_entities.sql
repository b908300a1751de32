create or replace function loader.complete_entities(p_load bigint)
returns text[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Entities of which a load reads a full snapshot, once all of its chunks are done: the dumps of the dataset are
    -- snapshots (deletes is not ignore), none of the files is damaged, and all of them have a date.
    select coalesce(array_agg(e.entity order by e.place), '{}')
    from load as l
    cross join load_roots(p_load) as e
    where l.load_id = p_load
        and l.settings ->> 'deletes' in ('delete', 'mark')
        and not exists (
            select 1 from source as s
            where s.load_id = p_load and e.entity = any (s.entities) and (s.state <> 'planned' or s.snapshot is null)
        )
$$;
comment on function loader.complete_entities(bigint) is 'Entities of which a load reads a full snapshot.';
