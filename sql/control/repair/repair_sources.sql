create or replace function loader.repair_sources(p_dataset text)
returns table (
    name text,
    location text,
    size bigint,
    format text,
    snapshot date,
    priority integer,
    has_rows boolean,
    replaced text[],
    others text[]
)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The files that the rows of a dataset came from, each once; for a feed whose records have generated keys, its newest
-- edition, which decides all of them. In addition (has_rows false) those whose records count although no row is from
-- them, because somebody may have deleted all of their rows. Loads from before a replace do not count, nor files that
-- are older than a full snapshot, which itself contains what it has found unchanged. Replays are left out, because
-- their files no longer exist. replaced: entities of a file that a later load has replaced, and whose other records no
-- longer count; others: its other entities. Reads all root tables.
declare
    v_root record;
    v_some bigint[];
    v_sources bigint[] := '{}';
begin
    for v_root in
        select o.oid::regclass as name
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and t.is_root
        cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
        join pg_attribute as a on a.attrelid = o.oid and a.attname = '_source'
        where d.dataset = p_dataset
    loop
        execute format('select coalesce(array_agg(distinct t._source), ''{}'') from %s as t', v_root.name) into v_some;
        v_sources := v_sources || v_some;
    end loop;
    return query
    select distinct on (k.identity)
        s.name, s.location, s.size, s.format, s.snapshot, s.priority, bool_or(r.has_rows) over (partition by k.identity),
        e.replaced, array(select o.entity from unnest(s.entities) as o (entity) where o.entity <> all (e.replaced))
    from source as s
    join load as l on l.load_id = s.load_id
    join source_ranks(p_dataset) as p on p.source_id = s.source_id
    cross join lateral (select s.source_id = any (v_sources)) as r (has_rows)
    cross join lateral (select replaced_entities(s.source_id)) as e (replaced)
    cross join lateral (
        select case when s.entities && generated_entities(p_dataset) then s.series else s.name || ' ' || s.sha256 end
    ) as k (identity)
    where not is_replay(s.name) and (r.has_rows or l.state = 'done' and s.read > s.rejected and not is_replaced(s.source_id)
        and not exists (select 1 from publication as p where p.load_id = s.load_id and p.reverted_at is not null)
        and exists (select 1 from unnest(s.entities) as n (entity) where not exists (
            select 1 from load as c where c.dataset = p_dataset and c.state = 'done' and n.entity = any (c.complete)
                and s.source_id = any (older_sources(c.load_id, n.entity))
        )))
    order by k.identity, p.place desc, s.source_id desc;
end
$$;
comment on function loader.repair_sources(text) is
'The files that the rows of a dataset came from, and those that should have rows but have none left.';
