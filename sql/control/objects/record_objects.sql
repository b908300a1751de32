create or replace function loader.record_objects(
    p_dataset text, p_schema text, p_names text[] default null, p_anew boolean default true
)
returns void
language plpgsql
set search_path = loader, pg_temp
set quote_all_identifiers = off
set plan_cache_mode = force_generic_plan
as $$
-- Records what the loader has just created in a schema: relations and routines of these names (null: all those that the
-- dataset's script needs there), each with its comment. The caller has just created them, or knows from
-- loader.assert_room that nobody else has. Tables are described as they were created. p_anew: whether all of them are
-- new; if not, existing descriptions stay, because users may have altered the tables since. p_dataset null: the control
-- schema. Writes owned_object.
-- It is planned once, because it is called for each table of a build.
declare
    v_names text[] := p_names;
begin
    if p_names is null then
        v_names := array(
            select jsonb_array_elements_text(d.object_names -> s.place)
            from dataset as d cross join lateral dataset_schemas(d.dataset) as s
            where d.dataset = p_dataset and s.schema_name = p_schema
        );
    end if;
    insert into owned_object (schema_name, kind, object_name, dataset, mark, made)
    with wanted as (
        select distinct n.name from unnest(v_names) as n (name)
    ), relation as materialized (
        select c.*, c.relkind in ('r', 'p') and not c.relispartition as is_table
        from wanted as w
        join pg_class as c on c.relname = w.name and c.relnamespace = to_regnamespace(quote_ident(p_schema))
        where c.relkind in ('r', 'p', 'v', 'm', 'S', 'c')
    ), found as (
        select 'relation' as kind, c.relname::text as name, coalesce(
            (
                select obj_description(k.oid, 'pg_constraint') from pg_constraint as k
                where k.conrelid = c.oid and k.contype = 'p'
            ),
            obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')
        ) as mark, coalesce(t.description, '{}') as made
        from relation as c
        left join describe_table(array(select r.oid from relation as r where r.is_table)) as t on t.table_oid = c.oid
        union all
        select 'routine', p.proname || '(' || oidvectortypes(p.proargtypes) || ')', x.description, '{}'
        from wanted as w
        join pg_proc as p on p.proname = w.name and p.pronamespace = to_regnamespace(quote_ident(p_schema))
        join pg_description as x on x.classoid = 'pg_proc'::regclass and x.objoid = p.oid and x.objsubid = 0
    )
    select p_schema, f.kind, f.name, p_dataset, f.mark, f.made from found as f where f.mark is not null
    on conflict (schema_name, kind, object_name) do update
    set dataset = excluded.dataset, mark = excluded.mark, stamp = case when not p_anew then owned_object.stamp end, made = case
        when p_anew or not owned_object.made ? 'columns' then excluded.made else owned_object.made
    end;
end
$$;
comment on function loader.record_objects(text, text, text[], boolean) is
'Records what the loader has just created in a schema of a dataset.';
