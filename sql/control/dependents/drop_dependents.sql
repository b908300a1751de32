create or replace function loader.drop_dependents(p_load bigint, p_gone oid[])
returns loader.dependent[]
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records users' views, foreign keys and statistics objects on relations that are about to be replaced, with qualified
-- names, and drops what cannot be replaced in place. Returns them for loader.recreate_dependents. The relations and the
-- views are locked.
declare
    v_items dependent[];
    v_drops text[];
    v_drop text;
begin
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    with noted as materialized (
        -- A key that an earlier swap left NOT VALID because rows violated it may hold again.
        select distinct on (o.identity) o.identity, o.state <> 'validated' and o.definition like '% not valid' as is_ours
        from loader.dependent as o
        where o.kind = 'foreign key' and o.definition like 'alter %'
        order by o.identity, o.load_id desc
    ), dependent as materialized (
        select d.* from loader.list_dependents(p_gone) as d
    ), item as materialized (
        select d.kind, d.identity, 1 as step, format(
            'create or replace view %s %s as %s', d.identity,
            coalesce('with (' || array_to_string(c.reloptions, ', ') || ')', ''), pg_catalog.pg_get_viewdef(c.oid)
        ) as definition, null as dropping
        from dependent as d join pg_catalog.pg_class as c on c.oid = d.object_oid
        where d.kind = 'view'
        union all
        select d.kind, d.identity, x.step, x.definition, x.dropping
        from dependent as d
        join pg_catalog.pg_constraint as k on k.oid = d.object_oid
        left join noted as n on n.identity = d.identity
        cross join lateral (
            select pg_catalog.pg_get_constraintdef(k.oid) as text, coalesce(n.is_ours, false) as is_ours,
                format('alter table %s', d.owner_oid::pg_catalog.regclass) as alter_table
        ) as f
        cross join lateral (
            select 1, format(
                '%s add constraint %I %s%s', f.alter_table, k.conname,
                case when f.is_ours then regexp_replace(f.text, ' NOT VALID$', '') else f.text end,
                case when f.text !~ ' NOT (VALID|ENFORCED)$' or f.is_ours then ' not valid' else '' end
            ), format('%s drop constraint %I', f.alter_table, k.conname)
            union all
            select 2, format('comment on constraint %I on %s is %L', k.conname, d.owner_oid::pg_catalog.regclass, o.text), null
            from obj_description(k.oid, 'pg_constraint') as o (text) where o.text is not null
        ) as x (step, definition, dropping)
        where d.kind = 'foreign key'
        union all
        select d.kind, d.identity, 1, format(
            '%1$s; alter statistics %2$s set statistics %3$s; comment on statistics %2$s is %4$L; '
            'alter statistics %2$s owner to %5$I',
            pg_catalog.pg_get_statisticsobjdef(e.oid), d.identity, coalesce(e.stxstattarget, -1),
            obj_description(e.oid, 'pg_statistic_ext'), pg_catalog.pg_get_userbyid(e.stxowner)
        ), format('drop statistics %s', d.identity)
        from dependent as d join pg_catalog.pg_statistic_ext as e on e.oid = d.object_oid
        where d.kind = 'statistics'
    )
    select array_agg((p_load, i.place, i.kind, i.identity, i.definition, 'carried', null)::loader.dependent order by i.place),
        array_agg(i.dropping) filter (where i.dropping is not null)
    into v_items, v_drops
    from (
        select pg_catalog.row_number() over (order by i.kind, i.identity, i.step) as place, i.* from item as i
    ) as i;
    foreach v_drop in array coalesce(v_drops, '{}') loop
        execute v_drop;
    end loop;
    perform set_config('search_path', 'loader, pg_temp', true);
    return coalesce(v_items, '{}');
end
$$;
comment on function loader.drop_dependents(bigint, oid[]) is
'Records what users have built on relations that are to be replaced, and drops what cannot be replaced in place.';
