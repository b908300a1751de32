create or replace function loader.drop_dataset(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops everything that the loader made for a dataset: tables, history, staging, procedures, manifest. Never with
-- cascade: a view or a foreign key of somebody else makes it fail (2BP01) and is named; a schema with tables of others
-- stays.
-- Raises LD003 while a load is open.
declare
    v_dataset dataset;
    v_item record;
    v_schema text;
    v_history text;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    perform assert_none_open(p_dataset);
    perform drop_own_foreign_keys(p_dataset);
    v_history := p_dataset || '_history';
    if to_regclass(format('%I.changes', v_history)) is not null then
        execute format('drop view %I.changes', v_history);
    end if;
    perform drop_relations(array(select o.object_oid from owned_relations(p_dataset) as o));
    for v_item in
        select p.oid::regprocedure as name from pg_proc as p
        where p.pronamespace = to_regnamespace(quote_ident(v_dataset.stage_schema))
            or p.pronamespace = to_regnamespace(quote_ident(v_history)) and p.proname like '%\_as\_of'
    loop
        execute format('drop routine %s', v_item.name);
    end loop;
    foreach v_schema in array
        array[v_dataset.target_schema, v_dataset.stage_schema, v_dataset.build_schema, v_dataset.old_schema, v_history]
    loop
        continue when to_regnamespace(quote_ident(v_schema)) is null
            or exists (select 1 from pg_class as c where c.relnamespace = to_regnamespace(quote_ident(v_schema)))
            or exists (select 1 from pg_proc as p where p.pronamespace = to_regnamespace(quote_ident(v_schema)));
        execute format('drop schema %I', v_schema);
    end loop;
    delete from publication as p using load as l where l.load_id = p.load_id and l.dataset = p_dataset;
    delete from dependent as p using load as l where l.load_id = p.load_id and l.dataset = p_dataset;
    delete from conflict as c using load as l where l.load_id = c.load_id and l.dataset = p_dataset;
    delete from reject as r using load as l where l.load_id = r.load_id and l.dataset = p_dataset;
    delete from load_entity as e using load as l where l.load_id = e.load_id and l.dataset = p_dataset;
    delete from chunk as c using load as l where l.load_id = c.load_id and l.dataset = p_dataset;
    delete from source as s where s.dataset = p_dataset;
    delete from load as l where l.dataset = p_dataset;
    delete from event as e where e.dataset = p_dataset;
    delete from dataset as d where d.dataset = p_dataset;
end
$$;
comment on function loader.drop_dataset(text) is 'Drops everything that the loader made for a dataset.';
