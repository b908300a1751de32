create or replace function loader.swap_uses(p_gone oid[])
returns oid[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What the server locks, beside swap_locks, while a swap of relations (p_gone) creates users' objects again: the
    -- relations and types that their queries use, their schemas, and statistics objects.
    with dependent as materialized (
        select d.kind, d.object_oid from list_dependents(p_gone) as d where d.kind in ('view', 'materialized view', 'statistics')
    )
    select array(
        select d.refobjid
        from dependent as v
        join pg_rewrite as r on r.ev_class = v.object_oid
        join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        where v.kind <> 'statistics' and d.refobjid <> all (p_gone) and d.refobjid <> r.ev_class
            and d.refclassid in ('pg_class'::regclass, 'pg_type'::regclass)
        union
        select c.relnamespace from dependent as v join pg_class as c on c.oid = v.object_oid
        union
        select v.object_oid from dependent as v where v.kind = 'statistics'
    )
$$;
comment on function loader.swap_uses(oid[]) is
'What the server locks, beside the relations, while a swap creates users'' objects again.';
