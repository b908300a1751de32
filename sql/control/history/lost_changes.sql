create or replace function loader.lost_changes(p_loads bigint[], p_entity text default null)
returns bigint
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The first of some loads whose changes are recorded, but not there as they were: the change table of an entity (null:
-- of any) holds other numbers of rows of it than count_changes has noted. Null when all are there.
declare
    v_root record;
    v_some bigint;
    v_first bigint;
begin
    for v_root in
        select t.entity, to_regclass(format('%I.%I', t.dataset || '_history', t.table_name || '_change')) as changes,
            array_agg(n.load_id) as loads
        from load_entity as n
        join load as l on l.load_id = n.load_id and l.changes = 'recorded'
        join dataset_table as t on t.dataset = l.dataset and t.is_root and t.entity = n.entity
        where n.load_id = any (p_loads) and n.changes is not null and (p_entity is null or n.entity = p_entity)
        group by t.entity, t.dataset, t.table_name
    loop
        if v_root.changes is null then
            v_some := (select min(i.load_id) from unnest(v_root.loads) as i (load_id));
        else
            execute format(
                'select min(n.load_id) from loader.load_entity as n where n.entity = $1 and n.load_id = any ($2) '
                'and n.changes <> (select count(*) from %s as c where c.load_id = n.load_id)', v_root.changes
            )
            into v_some using v_root.entity, v_root.loads;
        end if;
        v_first := least(v_first, v_some);
    end loop;
    return v_first;
end
$$;
comment on function loader.lost_changes(bigint[], text) is
'The first of some loads of whose recorded changes something is missing; null when all are there.';
