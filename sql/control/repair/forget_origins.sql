create or replace function loader.forget_origins(p_dataset text, p_entities text[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Turns rows of entities whose tables were restored from elsewhere into rows of source 0: every dump wins over them,
-- and no later source gets their numbers. Children without a record are deleted, except those to which foreign keys of
-- other tables refer. The caller has locked the tables. Recorded changes, the key log and versions are about other
-- rows, and are deleted; if rows are composed of several versions, only a replace can start again.
-- Raises LD036, LD042. Writes target, history, staging, loaded_entity, load, load_entity, event; warns.
declare
    v_root record;
    v_child record;
    v_orphans text;
    v_kept integer;
    v_load bigint := (select max(l.load_id) from load as l where l.dataset = p_dataset);
    v_text text := format('rows of %s in %s were not those that the schema loader knows: no state before can be told, '
        'and no load before be taken back', array_to_string(p_entities, ', '), p_dataset);
begin
    if p_entities = '{}' then
        return;
    end if;
    for v_root in
        select
            t.entity, to_regclass(format('%I.%I', d.target_schema, t.table_name)) as name,
            to_regclass(format('%I.%I', d.stage_schema, t.table_name || '_key_log')) as seen,
            to_regclass(format('%I.%I', d.dataset || '_history', t.table_name || '_version')) as versions
        from dataset as d join dataset_table as t on t.dataset = d.dataset
        where d.dataset = p_dataset and t.is_root and t.entity = any (p_entities)
    loop
        execute format(
            'update %1$s as t set _hash = unknown_hash(), _source = 0, _record = n.number '
            'from (select r.ctid, row_number() over () as number from %1$s as r) as n where n.ctid = t.ctid', v_root.name
        );
        execute format('delete from %s', v_root.seen);
        update load_entity as n set seen = null from load as l
        where l.load_id = n.load_id and l.dataset = p_dataset and n.entity = v_root.entity;
        if v_root.versions is not null then
            perform assert_unreferenced(v_root.versions);
            execute format('delete from %s', v_root.versions);
            update loaded_entity as e set mapping_hash = null
            where e.dataset = p_dataset and e.entity = v_root.entity;
        end if;
    end loop;
    for v_child in
        select
            r.table_name, to_regclass(format('%I.%I', d.target_schema, r.table_name)) as name,
            format('%I.%I', d.target_schema, r.references_table) as parent, (
                select string_agg(format('p.%I = c.%I', k.there, k.here), ' and ')
                from unnest(r.column_names, r.references_columns) as k (here, there)
            ) as belongs
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and not t.is_root and t.entity = any (p_entities)
        join dataset_reference as r on r.dataset = t.dataset and r.table_name = t.table_name
        join dataset_table as o on o.dataset = t.dataset and o.table_name = r.references_table and o.entity = t.entity
        where d.dataset = p_dataset and r.column_names[1] = t.key_columns[1]
        order by t.position
    loop
        v_orphans := format('from %s as c where not exists (select from %s as p where %s)', v_child.name, v_child.parent,
            v_child.belongs);
        perform lock_referrers(array[v_child.name]);
        perform assert_readable(array[v_child.name]);
        execute 'delete ' || v_orphans || reference_guard(v_child.name, 'c');
        execute 'select count(*) ' || v_orphans into v_kept;
        perform report_surplus(v_load, v_child.table_name, v_kept);
    end loop;
    perform forget_changes(p_dataset, 0, 9223372036854775807);
    update load as l set lost = 'origin' where l.load_id = v_load and l.lost is null;
    perform log_event('origin_lost', v_text, v_load, p_level => 'warning');
    raise warning '%', v_text;
end
$$;
comment on function loader.forget_origins(text, text[]) is
'Turns rows that were restored from elsewhere into rows without a source, over which every dump wins.';
