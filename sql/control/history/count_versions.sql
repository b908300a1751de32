create or replace function loader.count_versions(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Notes how many versions are kept of each entity that a load has made of these, so that assert_versions can tell when
-- some are not there any more. Writes load_entity.
declare
    v_root record;
begin
    for v_root in
        select e.entity, format('%I.%I', l.dataset || '_history', e.table_name || '_version') as name
        from load as l cross join load_roots(p_load) as e
        where l.load_id = p_load and keeps_versions(l.dataset, e.entity)
    loop
        execute format(
            'update load_entity as e set versions = (select count(*) from %s) where e.load_id = $1 and e.entity = $2',
            v_root.name
        )
        using p_load, v_root.entity;
    end loop;
end
$$;
comment on function loader.count_versions(bigint) is
'Notes how many versions are kept of each entity that a load has made of these.';
