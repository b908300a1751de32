create or replace function loader.register_source(
    p_load bigint,
    p_name text,
    p_location text,
    p_size bigint,
    p_entities text[],
    p_format text default 'plain',
    p_snapshot date default null,
    p_priority integer default 0,
    p_chunk_bytes integer default 16777216,
    p_record_numbers bigint[] default null
)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Registers one file of a load, or finds it again; returns source_id. Its generated keys are those of earlier editions
-- of the same feed (series_of, known_key_source). p_record_numbers: for a replay.
-- Raises LD013, 22023, LD005 (the load is not open), LD023 (the load has the file with another date or priority), LD028
-- (the load has another edition of the feed already).
declare
    v_load load;
    v_known source;
    v_source bigint;
    v_issue text;
    v_series text;
begin
    select l.* into v_load from load as l where l.load_id = p_load for share;
    if not found then
        raise exception 'there is no load %', p_load using errcode = 'LD013';
    end if;
    select s.* into v_known from source as s where s.load_id = p_load and s.name = p_name;
    if found and (v_known.snapshot, v_known.priority) is distinct from (p_snapshot, p_priority) then
        raise exception 'load % of % is open with % of % and priority %, which cannot become % and priority %',
            p_load, v_load.dataset, p_name, coalesce(v_known.snapshot::text, 'no date'), v_known.priority,
            coalesce(p_snapshot::text, 'no date'), p_priority
            using errcode = 'LD023', hint = format(
                'leave --snapshot and --priority as they were to continue the load, or cancel the load: '
                'loader cancel %s',
                v_load.dataset
            );
    elsif found then
        return v_known.source_id;
    end if;
    perform assert_entities(v_load.dataset, p_entities);
    if coalesce(p_name, '') = '' or p_location is null or coalesce(p_size, -1) < 0 or p_priority is null
        or coalesce(cardinality(p_entities), 0) = 0 then
        raise exception 'a source has a name, a location, entities, a priority, and a size of 0 bytes or more'
            using errcode = '22023';
    elsif coalesce(p_format, '') not in ('plain', 'gzip', 'bzip2', 'xz', 'zstd', 'zip') then
        raise exception 'the format of a source is plain, gzip, bzip2, xz, zstd or zip, not %', quote_nullable(p_format)
            using errcode = '22023';
    end if;
    if v_load.state <> 'open' then
        raise exception 'load % is %, it accepts no further source', p_load, v_load.state using errcode = 'LD005';
    end if;
    -- A replace puts files in order by the dates that are known now.
    v_series := case v_load.mode
        when 'merge' then series_of(v_load.dataset, p_name, p_snapshot) else feed_of(p_name, p_snapshot)
    end;
    select s.name into v_issue from source as s
    where s.dataset = v_load.dataset and s.series = v_series and s.load_id = p_load
        and s.entities && p_entities and s.entities && generated_entities(v_load.dataset);
    if found then
        raise exception '% and % are two editions of one file, and its records are known by their numbers alone',
            least(v_issue, p_name), greatest(v_issue, p_name)
            using errcode = 'LD028', detail = format('The feed of both is %s.', v_series),
                hint = 'load them one after the other: the newer one replaces the older one; or, where each '
                    'adds records of its own, leave snapshot out of the mapping, and load them with --replace';
    end if;
    insert into source (
        load_id, dataset, name, location, size, entities, format, snapshot, priority, chunk_bytes, series, key_source,
        record_numbers
    )
    values (
        p_load, v_load.dataset, p_name, p_location, p_size, p_entities, p_format, p_snapshot, p_priority, p_chunk_bytes,
        v_series, known_key_source(v_load.dataset, v_series), p_record_numbers
    )
    returning source_id into v_source;
    return v_source;
end
$$;
comment on function loader.register_source(
    bigint, text, text, bigint, text[], text, date, integer, integer, bigint[]
) is
'Registers one file of a load; returns its number.';
