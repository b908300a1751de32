create or replace procedure loader.merge_chunk(
    p_chunk bigint,
    p_token bigint,
    p_slot integer default 0,
    p_copied bigint default null,
    p_unmapped jsonb default '{}',
    p_same jsonb default '{}',
    p_found jsonb default null,
    p_rows jsonb default null
)
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Ends the work on a chunk, in the transaction that sent its rows: merges what is staged in p_slot (visibility chunk),
-- or checks what was copied into the build (visibility load, as for every replace), counts, and marks the chunk as
-- done.
-- p_copied: root rows copied into the build, besides those that stage_chunk has put there, counted by the server; null:
-- rows staged in p_slot are moved there now; without a slot, the rows there are checked only when the load ends.
-- p_rows: rows copied into each table of the build, {table: rows}; null: not known, or staged ones, which are counted
-- here. What stage_chunk has put there is added.
-- p_unmapped: paths in the records that no mapping reads, {path: [count, example]}.
-- p_same: records of a merge that are not staged because they equal the rows with their keys: {root table: [record
-- numbers, keys by column …]}, each the text of an array. p_slot null: nothing is staged.
-- p_found: {"read": {entity: records}, "rows": {table: rows made}, "filtered": records that the mapping leaves out,
-- besides those that stage_chunk has found, "seen": {table: [columns with a value in this chunk,
-- except those that the worker has reported with another chunk]}}; null: not known. See loader.load_gaps.
-- Raises LD001 (lease lost), LD006 (build lost), LD012 (the numbers of rows and records differ, or the rows are of
-- another chunk), LD016 (one of p_same has changed). Writes target, build or nothing, chunk, chunk_attempt. Locks
-- chunk.
-- <<<
declare
    v_chunk chunk;
    v_load load;
    v_counts chunk_counts;
    v_rows jsonb := p_rows;
    v_copied bigint := p_copied;
    v_held record;
    v_rejected bigint;
    v_read bigint;
begin
    v_chunk := fence_chunk(p_chunk, p_token);
    select l.* into v_load from load as l where l.load_id = v_chunk.load_id;
    select count(distinct r.record) into v_rejected from reject as r where r.chunk_id = p_chunk;
    v_chunk.filtered := v_chunk.filtered + coalesce((p_found ->> 'filtered')::bigint, 0);
    v_read := v_chunk.records - v_chunk.filtered;
    if p_slot is not null and (v_load.visibility = 'chunk' or p_copied is null) then
        perform assert_staged(v_chunk, p_slot, p_by_hand => p_found is null);
    end if;
    if v_load.visibility = 'load' then
        perform assert_build(v_chunk.load_id);
        select h.* into v_held from store_staged(v_chunk, case when p_copied is null then p_slot end, p_same) as h;
        v_counts := v_held.p_counts;
        if p_copied is null then
            v_rows := add_counts(coalesce(v_chunk.rows, '{}'), v_held.p_rows);  -- what stage_chunk has put there, and this
        elsif v_chunk.rows is not null then
            v_rows := add_counts(v_chunk.rows, p_rows);
            select p_copied + coalesce(sum((v_chunk.rows ->> r.table_name)::bigint), 0) into v_copied
            from source_roots(v_chunk.source_id) as r;
        end if;
        if v_counts.inserted = 0 then
            v_counts.inserted := coalesce(v_copied, v_read - v_rejected - v_counts.unchanged);
        end if;
    else
        v_counts := merge_staged(v_chunk, p_slot, p_same);
    end if;
    if v_read <> v_counts.inserted + v_counts.updated + v_counts.unchanged + v_counts.duplicate + v_rejected then
        raise exception 'chunk % holds % records, but % arrived and % were rejected', p_chunk, v_read,
            v_counts.inserted + v_counts.updated + v_counts.unchanged + v_counts.duplicate, v_rejected
            using errcode = 'LD012', hint = 'the rows in staging are not those of this chunk';
    end if;
    update chunk as c set
        state = 'done', lease_token = null, leased_until = null, done_at = clock(), error = null,
        epoch = v_load.epoch, rows = v_rows, unmapped = p_unmapped, read = v_read, rejected = v_rejected,
        inserted = v_counts.inserted, updated = v_counts.updated, unchanged = v_counts.unchanged,
        duplicate = v_counts.duplicate,
        filtered = v_chunk.filtered, found = p_found - array['seen', 'filtered'], seen = array(
            select unnest(c.seen)
            union
            select t.table_name || '.' || n.column_name
            from jsonb_each(p_found -> 'seen') as t (table_name, items)
            cross join jsonb_array_elements_text(t.items) as n (column_name)
        )
    where c.chunk_id = p_chunk;
    update chunk_attempt as a set ended_at = clock(), outcome = 'done'
    where a.chunk_id = p_chunk and a.attempt = v_chunk.attempt;
    if p_slot is not null then
        perform clear_slot(v_load.dataset, p_slot);
    end if;
end
$$;
comment on procedure loader.merge_chunk(bigint, bigint, integer, bigint, jsonb, jsonb, jsonb, jsonb) is -- noqa: LT01
'Merges the staged rows of a chunk, counts them and marks the chunk as done.';
