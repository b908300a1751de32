create or replace function loader.recorded_rows(p_kind text, p_loads bigint[], p_entity text default null)
returns table (load_id bigint, entity text, noted bigint, found bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Rows that loads have left on which later loads depend: how many load_entity has recorded (noted; null: unknown), and
-- how many there are (found). p_kind: changes, in the change table of an entity; versions, of a load's sources and all
-- earlier ones, in the version table; seen, in the key log; removed, delete records; rejects, records whose key is
-- known. p_entity null: every entity that has such rows.
declare
    v_root record;
    v_found text;
begin
    for v_root in
        select
            t.entity, case p_kind
                when 'changes' then to_regclass(format('%I.%I', d.dataset || '_history', t.table_name || '_change'))
                when 'versions' then to_regclass(format('%I.%I', d.dataset || '_history', t.table_name || '_version'))
                when 'removed' then to_regclass(format('%I.%I', d.dataset || '_history', t.table_name || '_removed'))
                when 'seen' then to_regclass(format('%I.%I', d.stage_schema, t.table_name || '_key_log'))
                else 'reject'::regclass
            end as name
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and t.is_root and (p_entity is null or t.entity = p_entity)
        where d.dataset in (select l.dataset from load as l where l.load_id = any (p_loads))
            and (p_kind not in ('seen', 'versions') or keeps_versions(d.dataset, t.entity) = (p_kind = 'versions'))
    loop
        v_found := case when v_root.name is null then 'select null::bigint, 0::bigint where false' else format(
            case p_kind
                when 'changes' then 'select r.load_id, count(*) from %s as r where r.load_id = any ($1) group by r.load_id'
                when 'versions' then 'select l.load_id, count(r.*) from (select s.load_id, max(s.source_id) as last '
                    'from source as s where s.load_id = any ($1) group by s.load_id) as l '
                    'join %s as r on r.source_id <= l.last group by l.load_id'
                when 'removed' then 'select s.load_id, count(*) from %s as r join source as s on s.source_id = r.source_id '
                    'where s.load_id = any ($1) group by s.load_id'
                when 'seen' then 'select c.load_id, count(*) from %s as r join chunk as c on c.chunk_id = r.chunk_id '
                    'where c.load_id = any ($1) group by c.load_id'
                else 'select r.load_id, count(distinct (r.source_id, r.record)) from %s as r '
                    'join load as l on l.load_id = r.load_id where r.load_id = any ($1) and r.entity = $2 '
                    'and r.chunk_id is not null and (r.key is not null or r.reason = ''conflict'' '
                    'or r.entity = any (generated_entities(l.dataset))) group by r.load_id'
            end, v_root.name)
        end;
        return query execute format(
            'with kept (load_id, rows) as (%s) select n.load_id, n.entity, %s, coalesce(k.rows, 0) '
            'from load_entity as n left join kept as k on k.load_id = n.load_id '
            'where n.load_id = any ($1) and n.entity = $2',
            v_found, case p_kind
                when 'rejects' then 'n.rejected - n.without_key'
                when 'changes' then '(select n.changes from load as l where l.load_id = n.load_id and l.changes = ''recorded'')'
                else 'n.' || quote_ident(p_kind)
            end
        )
        using p_loads, v_root.entity;
    end loop;
end
$$;
comment on function loader.recorded_rows(text, bigint[], text) is
'How many rows each load has written on which later loads depend: as recorded, and as there are now.';
