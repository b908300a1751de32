create or replace function loader.assert_versions(p_dataset text, p_entities text[] default null)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that all versions of some entities (null: of all) are still stored: a merge would compose rows without the
-- missing ones. Only a load that composes rows removes versions. So there must be as many versions of its sources and
-- of earlier ones as the last such load has counted, whether or not it was rolled back. Raises LD004.
declare
    v_root record;
    v_found bigint;
begin
    for v_root in
        select distinct on (t.entity)
            t.entity, n.versions, format('%I.%I', p_dataset || '_history', t.table_name || '_version') as name,
            (select max(s.source_id) from source as s where s.load_id = n.load_id) as last_source
        from dataset_table as t
        join load_entity as n on n.entity = t.entity and n.versions is not null
        join load as l on l.load_id = n.load_id and l.dataset = t.dataset and l.state in ('done', 'rolled_back')
        where t.dataset = p_dataset and t.is_root and (p_entities is null or t.entity = any (p_entities))
            and keeps_versions(p_dataset, t.entity)
        order by t.entity, n.load_id desc
    loop
        execute format('select count(*) from %s as v where v.source_id <= $1', v_root.name)
        into v_found using v_root.last_source;
        if v_found < v_root.versions then
            raise exception 'of % versions that sources gave of %, % are missing in %', v_root.versions, v_root.entity,
                v_root.versions - v_found, v_root.name
                using errcode = 'LD004', detail = 'Somebody has removed them, or a restore left them out.',
                    hint = 'put them back, or load all files with --replace, which creates the rows and the '
                    'versions again';
        end if;
    end loop;
end
$$;
comment on function loader.assert_versions(text, text[]) is 'Raises LD004 if stored versions of records are missing.';
