create or replace function loader.carry_rejected(p_load bigint, p_held jsonb)
returns jsonb
language plpgsql
set search_path = loader, pg_temp
as $$
-- A rejected record is not missing: rows of the tables in use whose record a replace has rejected are copied into its
-- build, with their source. Not under another mapping, whose rows would have another meaning. Counts what is kept.
-- p_held: number of rows of each shadow table; returned with those that are copied. Called by loader.resolve_build.
-- Writes build, load_entity.
declare
    v_root record;
    v_kept bigint;
    v_held jsonb := p_held;
begin
    for v_root in
        select e.entity, e.table_name, d.stage_schema, d.build_schema, keeps_versions(d.dataset, e.entity) as is_composed
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as e
        join load_entity as n on n.load_id = p_load and n.entity = e.entity and n.rejected > n.without_key
        where l.load_id = p_load and to_regclass(format('%I.%I', d.target_schema, e.table_name)) is not null
            and is_current(d.dataset, e.entity)
    loop
        if not v_root.is_composed then -- composed rows already contain the older versions
            execute format('call %I.%I($1, $2)', v_root.stage_schema, 'carry_' || v_root.table_name)
            into v_held using p_load, v_held;
        end if;
        execute format(
            'select count(*) from %I.%I as b where b._source not in (select s.source_id from source as s '
            'where s.load_id = $1)', v_root.build_schema, v_root.table_name
        )
        into v_kept using p_load;
        update load_entity as n set kept = v_kept where n.load_id = p_load and n.entity = v_root.entity;
    end loop;
    return v_held;
end
$$;
comment on function loader.carry_rejected(bigint, jsonb) is
'Copies into the shadow tables of a replace the rows whose records it has rejected, and counts them.';
