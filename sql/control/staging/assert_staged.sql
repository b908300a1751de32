create or replace function loader.assert_staged(
    p_chunk loader.chunk,
    p_slot integer,
    p_suffix text default '',
    p_by_hand boolean default true
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that the rows staged in a slot belong to a chunk: roots by source and record number, rows of child tables by
-- the record that they name. Other rows would be counted as loaded, and be in no table at the end. p_suffix: _text for
-- text staging. p_by_hand: no worker has staged the rows; then each row of a child table is also compared with its
-- root, whose key it must have, and none may occur twice. Text is compared as it is written. Raises LD012. Reads
-- staging.
declare
    v_first bigint := record_id(p_chunk.source_id, p_chunk.first_record);
    v_query text;
    v_found text;
begin
    select string_agg(format(
        'select %L as name, count(*) as rows from %I.%I as s where s._slot = $1 and %s',
        t.table_name, d.stage_schema, t.table_name || p_suffix, case
            when t.is_root then 'loader.record_id(s._source, s._record) not between $2 and $3'
            when not p_by_hand then 's._rec not between $2 and $3'
            else format(
                'not exists (select 1 from %I.%I as r where r._slot = $1 and r._record = s._rec - $4 and %s)',
                d.stage_schema, r.table_name || p_suffix, (
                    select string_agg(format('r.%I is not distinct from s.%I', k.own, k.carried), ' and ')
                    from unnest(r.key_columns, t.key_columns[:cardinality(r.key_columns)]) as k (own, carried)
                )
            )
        end || case
            when p_by_hand then format(
                ' union all select %L, count(*) from (select from %I.%I as s where s._slot = $1 group by %s having count(*) > 1) as s',
                t.table_name || ' that come twice', d.stage_schema, t.table_name || p_suffix,
                case when t.is_root then 's._record' else (
                    select string_agg(format('s.%I', k.name), ', ') from unnest(array['_rec'] || t.key_columns) as k (name)
                ) end
            )
            else ''
        end
    ), ' union all ' order by t.position)
    into v_query
    from source as o
    join dataset as d on d.dataset = o.dataset
    join dataset_table as t on t.dataset = o.dataset and t.entity = any (o.entities)
    join dataset_table as r on r.dataset = o.dataset and r.entity = t.entity and r.is_root
    where o.source_id = p_chunk.source_id;
    execute format(
        'select string_agg(format(''%%s of %%s'', f.rows, f.name), '', '') from (%s) as f where f.rows > 0', v_query
    )
    into v_found using p_slot, v_first, v_first + p_chunk.records - 1, record_id(p_chunk.source_id, 0);
    if v_found is not null then
        raise exception 'rows are staged that are not those of chunk %: %', p_chunk.chunk_id, v_found
            using errcode = 'LD012', hint = format(
                'records of this chunk have _source %s and _record %s to %s; rows of child tables have _rec, which is '
                '_source * 2^40 + _record, and the key, of one of them', p_chunk.source_id, p_chunk.first_record,
                p_chunk.first_record + p_chunk.records - 1
            );
    end if;
end
$$;
comment on function loader.assert_staged(loader.chunk, integer, text, boolean) is
'Raises LD012 if the rows that are staged in a slot do not belong to a chunk.';
