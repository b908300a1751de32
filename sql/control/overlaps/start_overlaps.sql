create or replace function loader.start_overlaps(p_dataset text, p_sources jsonb)
returns table (source integer, name text)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Starts an analysis of overlaps: removes the keys of the last one, and numbers the sources in conflict order.
-- p_sources: [{"name", "snapshot", "priority"}]; only the name is required. Only one session at a time analyses a
-- dataset, and holds a lock until it ends. Raises 55P03, LD020. Empties the key tables of the dataset's staging.
declare
    v_stage text := (select d.stage_schema from dataset as d where d.dataset = p_dataset);
    v_root text;
begin
    if not pg_try_advisory_lock(hashtextextended('loader.overlaps ' || p_dataset, 0)) then
        raise exception 'another session is analysing %', p_dataset
            using errcode = 'lock_not_available', hint = 'wait until it has ended';
    end if;
    perform assert_room(p_dataset);
    for v_root in select t.table_name from dataset_table as t where t.dataset = p_dataset and t.is_root loop
        execute format('truncate %I.%I, %I.%I', v_stage, v_root || '_key', v_stage, v_root || '_key_text');
    end loop;
    execute format('truncate %I._key_source', v_stage);
    return query execute format(
        'insert into %I._key_source (source, name, snapshot, priority)
        select
            row_number() over (order by row(source_age(p.priority, s.snapshot), s.name)::source_rank),
            s.name, s.snapshot, p.priority
        from jsonb_to_recordset($1) as s (name text, snapshot date, priority integer)
        cross join lateral coalesce(s.priority, 0) as p (priority)
        returning source, name',
        v_stage
    ) using p_sources;
end
$$;
comment on function loader.start_overlaps(text, jsonb) is
'Starts an analysis of shared keys: removes the last one, and numbers the sources in conflict order.';
