create or replace function loader.assert_noted(p_load bigint)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that everything is still there that the chunks of a load have recorded beside its rows: the key log, and
-- rejects. Without them, rows of these records would count as deleted. Called by loader.count_entities, when all chunks
-- are done and nothing is decided yet. Raises LD012.
declare
    v_root record;
    v_some bigint;
    v_keys bigint := 0;
    v_noted bigint;
    v_rejected bigint;
begin
    select coalesce(sum(case l.visibility when 'load' then c.unchanged else c.read - c.rejected end), 0),
        coalesce(sum(c.rejected), 0)
    into v_noted, v_rejected
    from load as l join chunk as c on c.load_id = l.load_id where l.load_id = p_load;
    select count(distinct (r.source_id, r.record)) into v_some
    from reject as r where r.load_id = p_load and r.chunk_id is not null;
    if v_some <> v_rejected then
        raise exception 'the chunks of load % have rejected % records, and loader.reject holds %', p_load, v_rejected, v_some
            using errcode = 'LD012', detail = 'Somebody has removed rows of it.', hint = 'load the same files again';
    end if;
    for v_root in
        select format('%I.%I', d.stage_schema, r.table_name || '_key_log') as name
        from load as l join dataset as d on d.dataset = l.dataset cross join load_roots(p_load) as r
        where l.load_id = p_load and l.mode = 'merge'
    loop
        -- One letter per record: the length is read without the text.
        execute format(
            'select coalesce(sum(octet_length(s.outcome)), 0) from chunk as c join %s as s on s.chunk_id = c.chunk_id '
            'where c.load_id = $1', v_root.name
        )
        into v_some using p_load;
        v_keys := v_keys + v_some;
    end loop;
    if v_keys <> v_noted and exists (select 1 from load as l where l.load_id = p_load and l.mode = 'merge') then
        raise exception 'the chunks of load % have noted the keys of % records, and its key log holds %', p_load, v_noted,
            v_keys
            using errcode = 'LD012', detail = 'Somebody has removed rows of it.', hint = 'load the same files again';
    end if;
end
$$;
comment on function loader.assert_noted(bigint) is
'Raises LD012 when keys or rejects that the chunks of a load have recorded are missing.';
