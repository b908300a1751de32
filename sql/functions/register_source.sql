create or replace function loader.register_source(
    p_load bigint,
    p_name text,
    p_location text,
    p_size bigint,
    p_entities text[],
    p_format text default 'plain',
    p_snapshot date default null,
    p_priority integer default 0,
    p_chunk_bytes integer default 16777216
)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Registers one file of a load, or finds it again; returns source_id. Raises LD013, LD005 (the load is not open).
declare
    v_load load;
    v_source bigint;
begin
    select l.* into v_load from load as l where l.load_id = p_load for share;
    if not found then
        raise exception 'there is no load %', p_load using errcode = 'LD013';
    end if;
    select s.source_id into v_source from source as s where s.load_id = p_load and s.name = p_name;
    if found then
        return v_source;
    end if;
    if v_load.state <> 'open' then
        raise exception 'load % is %, it takes no further source', p_load, v_load.state using errcode = 'LD005';
    end if;
    insert into source (
        load_id, dataset, name, location, size, entities, format, snapshot, priority, chunk_bytes
    )
    values (
        p_load, v_load.dataset, p_name, p_location, p_size, p_entities, p_format, p_snapshot, p_priority, p_chunk_bytes
    )
    returning source_id into v_source;
    return v_source;
end
$$;
comment on function loader.register_source(bigint, text, text, bigint, text[], text, date, integer, integer) is
'Registers one file of a load; returns its number.';
