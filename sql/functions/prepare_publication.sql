create or replace function loader.prepare_publication(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Prepares what takes time, before the swap: refuses what cannot be carried, drops the version before the last,
-- makes users' indexes, grants, storage settings and materialized views on the new tables.
-- Raises LD008 with the list, LD015. Writes dependent, the build schema, the old schema.
declare
    v_dataset dataset;
    v_old oid[];
    v_views oid[];
    v_bad text;
    v_item record;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select array_agg(p.old_oid) into v_old from publication_pairs(p_load) as p where p.old_oid is not null;
    select array_agg(d.object_oid) into v_views from list_dependents(v_old) as d where d.kind = 'materialized view';
    select string_agg(d.kind || ' ' || d.identity, E'\n' order by d.kind, d.identity) into v_bad
    from (
        select d.kind, d.identity from list_dependents(v_old) as d where not d.carried
        union
        select d.kind, d.identity || ' (built on a materialized view)' from list_dependents(v_views) as d
        where not d.carried or d.kind = 'materialized view'
    ) as d;
    if v_bad is not null then
        raise exception 'the new tables cannot be published: something depends on the old ones that cannot be carried over'
            using errcode = 'LD008', detail = v_bad, hint = 'drop what is listed and finish the load again, or load in merge mode';
    end if;
    if v_dataset.settings ->> 'foreign_keys' = 'enforce' then
        perform assert_references(v_dataset.dataset, v_dataset.build_schema);
    end if;
    perform drop_old_version(v_dataset.dataset);
    delete from dependent as d where d.load_id = p_load;
    for v_item in
        select p.table_name, p.old_oid, p.new_oid from publication_pairs(p_load) as p where p.old_oid is not null
    loop
        perform carry_settings(v_item.old_oid, v_item.new_oid);
        perform carry_indexes(v_item.old_oid, v_dataset.target_schema, v_dataset.build_schema);
    end loop;
    for v_item in
        select d.object_oid, d.identity from list_dependents(v_old) as d where d.kind = 'materialized view' order by d.identity
    loop
        perform carry_materialized_view(v_item.object_oid, v_dataset.target_schema, v_dataset.build_schema);
    end loop;
end
$$;
comment on function loader.prepare_publication(bigint) is
'Prepares a publication: refuses what cannot be carried, makes indexes, grants and materialized views on the new tables.';
