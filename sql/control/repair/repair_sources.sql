create or replace function loader.repair_sources(p_dataset text)
returns table (name text, location text, size bigint, format text, snapshot date, priority integer)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The files that the rows of a dataset say they came from, each once; of a file whose records have generated keys its
-- newest issue, which decides all of them. Not replays: their files are gone. Reads all root tables.
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
    select distinct on (k.identity) s.name, s.location, s.size, s.format, s.snapshot, s.priority
    from source as s
    join source_places(p_dataset) as p on p.source_id = s.source_id
    cross join lateral (
        select case when s.entities && generated_entities(p_dataset) then s.series else s.name || ' ' || s.sha256 end
    ) as k (identity)
    where s.source_id = any (v_sources) and not is_replay(s.name)
    order by k.identity, p.place desc, s.source_id desc;
end
$$;
comment on function loader.repair_sources(text) is 'The files that the rows of a dataset say they came from.';
