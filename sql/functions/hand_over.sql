create or replace function loader.hand_over(p_owner text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes p_owner the owner of what the loader has made in this database, and of nothing else. Called by
-- loader.set_roles. Raises LD003 when a load is open. Locks the tables that change hands, as a publication does.
declare
    v_owner oid := (select r.oid from pg_roles as r where r.rolname = p_owner);
    v_statements text[];
    v_tables oid[];
begin
    with place (schema_oid, dataset, is_target) as (
        select 'loader'::regnamespace::oid, null, false
        union all
        select to_regnamespace(quote_ident(s.name))::oid, d.dataset, s.is_target
        from dataset as d
        cross join lateral (
            values (d.target_schema, true), (d.stage_schema, false), (d.build_schema, false), (d.old_schema, false),
            (d.dataset || '_history', false)
        ) as s (name, is_target)
    ), item (kind, name, owner_oid, object_oid) as (
        select 'schema', n.oid::regnamespace::text, n.nspowner, null
        from place as p join pg_namespace as n on n.oid = p.schema_oid
        union all
        select case c.relkind when 'v' then 'view' when 'c' then 'type' when 'S' then 'sequence' else 'table' end,
            c.oid::regclass::text, c.relowner, case when p.is_target then c.oid end
        from place as p join pg_class as c on c.relnamespace = p.schema_oid
        where c.relkind in ('r', 'p', 'v', 'c', 'S')
            and coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')) is not null
            and (
                not p.is_target
                or c.relname in (select t.table_name from dataset_table as t where t.dataset = p.dataset)
            )
        union all
        select 'routine', f.oid::regprocedure::text, f.proowner, null
        from place as p join pg_proc as f on f.pronamespace = p.schema_oid
        where not p.is_target and obj_description(f.oid, 'pg_proc') is not null
    )
    select array_agg(format('alter %s %s owner to %I', i.kind, i.name, p_owner) order by i.kind <> 'schema', i.name),
        array_agg(i.object_oid) filter (where i.object_oid is not null)
    into v_statements, v_tables
    from item as i where i.owner_oid <> v_owner;
    if v_statements is null then
        return;
    end if;
    perform assert_none_open(d.dataset) from dataset as d;
    perform lock_for_swap(coalesce(v_tables, '{}'), clock_timestamp() + interval '1 minute');
    for v_place in 1 .. cardinality(v_statements) loop
        execute v_statements[v_place];
    end loop;
end
$$;
comment on function loader.hand_over(text) is 'Makes a role the owner of all that the loader has made here.';
