create or replace function loader.drop_build(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the shadow tables of a merge that has been applied, never with cascade. The schema stays if other users have
-- created something in it, and the tables stay if another load is filling them. Writes the build schema, owned_object.
declare
    v_build text;
begin
    perform from dataset as d where d.dataset = p_dataset for update; -- as start_load does
    if has_open_load(p_dataset) then
        return;
    end if;
    select d.build_schema into v_build from dataset as d where d.dataset = p_dataset;
    perform drop_objects(p_dataset, v_build);
    perform drop_schema(v_build);
end
$$;
comment on function loader.drop_build(text) is 'Drops the shadow tables of a merge that has been applied.';
