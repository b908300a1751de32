create or replace function loader.begin_build(p_dataset text, p_epoch bigint, p_merges boolean)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Has an empty build ready for a load, and the canary with its epoch. A merge takes the build that the last one has left
-- (rest_build), if all of it is still as it was: to make tables takes longer than most small merges. A replace makes a
-- new one, since its tables are what users will query. Writes the build schema, owned_object.
declare
    v_dataset dataset;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset;
    if p_merges and exists (
        select 1 from owned_object as o
        where o.schema_name = v_dataset.build_schema and o.kind = 'relation' and o.object_name = '_canary'
            and o.made ->> 'shape' = build_shape(p_dataset)
    ) and not exists (
        select 1 from pg_class as c
        where c.relnamespace = to_regnamespace(quote_ident(v_dataset.build_schema)) and pg_relation_size(c.oid) > 0
    ) then
        execute format('insert into %I._canary values ($1)', v_dataset.build_schema) using p_epoch;
    else
        execute format('call %I.create_build($1)', v_dataset.stage_schema) using p_epoch;
    end if;
end
$$;
comment on function loader.begin_build(text, bigint, boolean) is 'Provides empty shadow tables for a load.';
