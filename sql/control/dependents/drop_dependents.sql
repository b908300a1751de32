create or replace function loader.drop_dependents(p_load bigint, p_gone oid[])
returns loader.dependent[]
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records users' views, foreign keys and statistics objects on relations that are about to be replaced, with qualified
-- names, and drops what cannot be replaced in place. Returns them for loader.recreate_dependents.
declare
    v_items dependent[];
    v_item record;
begin
    perform set_config('search_path', 'pg_catalog', true);
    select array_agg((p_load, s.place, s.kind, s.identity, s.definition, 'carried', null)::loader.dependent) into v_items
    from (
        select pg_catalog.row_number() over (order by d.kind, d.identity, x.step) as place, d.kind, d.identity, x.definition
        from loader.list_dependents(p_gone) as d
        left join pg_catalog.pg_class as c on d.kind = 'view' and c.oid = d.object_oid
        left join pg_catalog.pg_constraint as k on d.kind = 'foreign key' and k.oid = d.object_oid
        left join pg_catalog.pg_statistic_ext as e on d.kind = 'statistics' and e.oid = d.object_oid
        -- A key that an earlier swap left NOT VALID because rows violated it may hold again.
        cross join lateral (
            select coalesce((
                select o.state <> 'validated' and o.definition like '% not valid' from loader.dependent as o
                where o.kind = d.kind and o.identity = d.identity and o.definition like 'alter %'
                order by o.load_id desc limit 1
            ), false) as is_ours
        ) as f
        cross join lateral (
            select 1 as step, case d.kind
                when 'view' then format(
                    'create or replace view %s %s as %s', d.identity,
                    coalesce('with (' || array_to_string(c.reloptions, ', ') || ')', ''), d.definition
                )
                when 'foreign key' then format(
                    'alter table %s add constraint %I %s%s', d.owner_oid::pg_catalog.regclass, k.conname,
                    case when f.is_ours then regexp_replace(d.definition, ' NOT VALID$', '') else d.definition end,
                    case when d.definition !~ ' NOT (VALID|ENFORCED)$' or f.is_ours then ' not valid' else '' end
                )
                else format(
                    '%1$s; alter statistics %2$s set statistics %3$s; comment on statistics %2$s is %4$L; '
                    'alter statistics %2$s owner to %5$I',
                    d.definition, d.identity, coalesce(e.stxstattarget, -1),
                    obj_description(e.oid, 'pg_statistic_ext'), pg_catalog.pg_get_userbyid(e.stxowner)
                )
            end as definition
            union all
            select 2, format('comment on constraint %I on %s is %L', k.conname, k.conrelid::pg_catalog.regclass, n.text)
            from obj_description(k.oid, 'pg_constraint') as n (text) where n.text is not null
        ) as x
        where d.kind in ('view', 'foreign key', 'statistics')
    ) as s;
    for v_item in select d.* from loader.list_dependents(p_gone) as d where d.kind in ('foreign key', 'statistics') loop
        if v_item.kind = 'statistics' then
            execute format('drop statistics %s', v_item.identity);
        else
            execute format('alter table %s drop constraint %I', v_item.owner_oid::pg_catalog.regclass,
                (select k.conname from pg_catalog.pg_constraint as k where k.oid = v_item.object_oid));
        end if;
    end loop;
    perform set_config('search_path', 'loader, pg_temp', true);
    return coalesce(v_items, '{}');
end
$$;
comment on function loader.drop_dependents(bigint, oid[]) is
'Records what users have built on relations that are to be replaced, and drops what cannot be replaced in place.';
