create or replace function loader.drop_objects(p_dataset text, p_schema text, p_kept text[] default '{}')
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the relations and routines that the loader created for a dataset in a schema, except those in p_kept, and
-- nothing else. Never with cascade. Raises 2BP01, LD008. Writes owned_object.
declare
    v_routine regprocedure;
    -- A publication has put users' indexes on the tables of versions that are not in use.
    v_target text := case when p_schema in (p_dataset || '_build', p_dataset || '_old') then p_dataset end;
begin
    if p_dataset is null then
        raise exception 'there is no dataset <NULL>' using errcode = 'LD013';  -- null would mean all of them
    end if;
    perform drop_relations(array(
        select c.oid from owned_objects(p_dataset, p_schema) as o join pg_class as c on c.oid = o.object_oid
        where o.kind = 'relation' and o.object_name <> all (p_kept) and not exists (
            -- A slot of staging is dropped with its parent.
            select 1 from pg_inherits as i join pg_class as p on p.oid = i.inhparent
            where i.inhrelid = c.oid and p.relnamespace = c.relnamespace
        )
    ), p_target => v_target);
    for v_routine in
        select o.object_oid from owned_objects(p_dataset, p_schema) as o
        where o.kind = 'routine' and o.object_name <> all (p_kept)
    loop
        execute format('drop routine %s', v_routine);
    end loop;
    delete from owned_object as o
    where o.dataset = p_dataset and o.schema_name = p_schema and o.kind = 'routine' and o.object_name <> all (p_kept);
end
$$;
comment on function loader.drop_objects(text, text, text[]) is
'Drops the objects that the loader made for a dataset in a schema, and nothing else.';
