create or replace function loader.rest_build(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Empties the build of a merge that has been applied, and notes its shape, so that the next merge need not make it again
-- (begin_build). Drops it where somebody has put something on it; leaves a build that another load is filling.
-- Raises 2BP01. Writes the build schema, owned_object.
declare
    v_build text;
    v_shape text;
    v_filled text;
begin
    select d.build_schema into v_build
    from dataset as d where d.dataset = p_dataset for update;  -- as start_load does
    if has_open_load(p_dataset) then
        return;
    end if;
    v_shape := build_shape(p_dataset);
    if v_shape is null then
        perform drop_build(p_dataset);
        return;
    end if;
    select string_agg(o.object_oid::regclass::text, ', ') into v_filled
    from owned_objects(p_dataset, v_build) as o
    where o.kind = 'relation' and pg_relation_size(o.object_oid) > 0;
    if v_filled is not null then
        execute 'truncate ' || v_filled;
    end if;
    update owned_object as o set made = o.made || jsonb_build_object('shape', v_shape)
    where o.schema_name = v_build and o.kind = 'relation' and o.object_name = '_canary';
end
$$;
comment on function loader.rest_build(text) is
'Empties the shadow tables of a merge that has been applied, for the next merge.';
