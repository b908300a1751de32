-- What later loads go by is counted, so that what somebody has removed of it is noticed.
alter table loader.load_entity add column seen bigint;
comment on column loader.load_entity.seen is
'Rows of the key log that the load has left: keys that its chunks found unchanged; null: by an older program.';
do $$
declare
    v_root record;
begin
    for v_root in
        select t.entity, to_regclass(format('%I.%I', d.stage_schema, t.table_name || '_seen')) as name
        from loader.dataset as d join loader.dataset_table as t on t.dataset = d.dataset and t.is_root
    loop
        continue when v_root.name is null;
        execute format(
            'update loader.load_entity as n set seen = c.rows from (select k.load_id, count(*) as rows from %s as s '
            'join loader.chunk as k on k.chunk_id = s.chunk_id group by k.load_id) as c '
            'where n.load_id = c.load_id and n.entity = $1', v_root.name
        )
        using v_root.entity;
    end loop;
end
$$;

-- Events may be removed, and nothing is decided by them.
alter table loader.load add column lost text check (lost in ('values', 'origin'));
comment on column loader.load.lost is
'What rows had lost before the next load, as a repair said: values; or origin, as they were restored from elsewhere.';
update loader.load as l set lost = e.lost
from (
    select
        v.load_id,
        max(case v.kind when 'values_lost' then 'values' else 'origin' end) as lost
    from loader.event as v
    where v.kind in ('values_lost', 'origin_lost')
    group by v.load_id
) as e
where e.load_id = l.load_id;

drop function if exists loader.count_changes(bigint, bigint);
drop function if exists loader.count_versions(bigint);
drop function if exists loader.lost_changes(bigint[], text);
drop function if exists loader.note_lost_history(text, text, text);
drop function if exists loader.note_lost_versions(text, text, text);
drop function if exists loader.repair_sources(text);
drop function if exists loader.has_written_since(bigint);
drop function if exists loader.first_keys(text, bigint);
