create or replace function loader.prepare_publication(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Does what takes time before the swap: refuses what cannot be carried over, drops the previous version, and creates
-- foreign keys, users' indexes and materialized views on the new tables. Tables of entities that are not in the load
-- are dropped from the build: those in use stay. Raises LD008 with the list, LD015. Writes dependent, the build schema,
-- the old schema.
declare
    v_dataset dataset;
    v_old oid[];
    v_new oid[];
    v_view oid;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select coalesce(array_agg(p.old_oid), '{}'), coalesce(array_agg(p.new_oid), '{}') into v_old, v_new
    from publication_pairs(p_load) as p where p.old_oid is not null;
    if v_old <> '{}' then
        perform assert_carried(
            v_old, 'drop what is listed; the same command then continues; or cancel the load and merge instead'
        );
    end if;
    perform drop_relations(array(
        select o.object_oid from dataset_table as t
        join owned_objects(v_dataset.dataset, v_dataset.build_schema) as o
            on o.kind = 'relation' and o.object_name = t.table_name
        where t.dataset = v_dataset.dataset
            and t.table_name not in (select p.table_name from publication_pairs(p_load) as p)
    ));
    if exists (select 1 from load as l where l.load_id = p_load and l.settings ->> 'foreign_keys' = 'enforce') then
        perform assert_references(v_dataset.dataset, v_dataset.build_schema);
    end if;
    perform add_own_foreign_keys(p_load, v_dataset.build_schema);
    perform validate_own_foreign_keys(p_load, v_dataset.build_schema);
    perform drop_old_version(v_dataset.dataset);
    delete from dependent as d where d.load_id = p_load;
    if v_old = '{}' then
        return;
    end if;
    perform carry_indexes(v_old, v_new);
    for v_view in
        select d.object_oid from list_dependents(v_old) as d where d.kind = 'materialized view' order by d.identity
    loop
        perform carry_materialized_view(v_dataset.dataset, v_view, v_dataset.target_schema, v_dataset.build_schema);
    end loop;
end
$$;
comment on function loader.prepare_publication(bigint) is
'Prepares a publication: refuses what cannot be carried, makes keys, indexes and materialized views on the new tables.';
