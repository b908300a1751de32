create or replace function loader.hand_over(p_owner text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes p_owner the owner of what the loader has created in this database, and of nothing else, and grants the other
-- groups what this takes from them. Called by loader.set_roles. Raises LD003 while a load is open, LD007. Locks the
-- tables whose owner changes, as a publication does.
declare
    v_owner oid := (select r.oid from pg_roles as r where r.rolname = p_owner);
    v_statements text[];
    v_tables oid[];
begin
    with item (kind, name, owner_oid, object_oid) as (
        select 'schema', n.oid::regnamespace::text, n.nspowner, null
        from owned_objects() as o join pg_namespace as n on o.kind = 'schema' and n.oid = o.object_oid
        union all
        select case c.relkind when 'v' then 'view' when 'c' then 'type' when 'S' then 'sequence' else 'table' end,
            c.oid::regclass::text, c.relowner, 
            case when c.oid = any (readable_relations()) then c.oid end
        from owned_objects() as o join pg_class as c on o.kind = 'relation' and c.oid = o.object_oid
        where c.relkind <> 'm'
        union all
        select 'routine', f.oid::regprocedure::text, f.proowner, null
        from owned_objects() as o join pg_proc as f on o.kind = 'routine' and f.oid = o.object_oid
    )
    select array_agg(format('alter %s %s owner to %I', i.kind, i.name, p_owner) order by i.kind <> 'schema', i.name),
        array_agg(i.object_oid order by i.kind <> 'view', i.object_oid) filter (where i.object_oid is not null)
    into v_statements, v_tables
    from item as i where i.owner_oid <> v_owner;
    if v_statements is null then
        return;
    end if;
    perform assert_none_open(d.dataset) from dataset as d;
    perform alter_in_tries(
        coalesce(v_tables, '{}'), array_to_string(array_append(v_statements, 'select grant_access()'), '; '),
        clock_timestamp() + interval '1 minute', array(select o.object_oid from owned_objects() as o)
    );
end
$$;
comment on function loader.hand_over(text) is 'Makes a role the owner of all objects of the loader in the database.';
