create or replace function loader.forget_key_log(p_dataset text, p_entity text, p_sources bigint[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes from the key log of an entity which keys some sources have found unchanged, because this no longer decides
-- anything. Entries that somebody else has removed stay recorded as missing. Writes staging, load_entity.
declare
    v_key_log regclass;
begin
    select to_regclass(format('%I.%I', d.stage_schema, t.table_name || '_key_log')) into v_key_log
    from dataset as d join dataset_table as t on t.dataset = d.dataset and t.entity = p_entity and t.is_root
    where d.dataset = p_dataset;
    if v_key_log is not null then
        execute format(
            'with gone as (delete from %s as s using chunk as c where c.chunk_id = s.chunk_id and c.source_id = any ($1) '
            'returning c.load_id), counted as (select g.load_id, count(*) as rows from gone as g group by g.load_id) '
            'update load_entity as n set seen = n.seen - c.rows from counted as c '
            'where n.load_id = c.load_id and n.entity = $2', v_key_log
        )
        using p_sources, p_entity;
    end if;
end
$$;
comment on function loader.forget_key_log(text, text, bigint[]) is
'Forgets which keys of an entity some sources have found unchanged.';
