create or replace function loader.drop_objects(p_dataset text, p_schema text, p_kept text[] default '{}')
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the relations and routines that the loader created for a dataset in a schema, except those in p_kept, and
-- nothing else. Never with cascade. Raises 2BP01, LD008. Writes owned_object.
declare
    v_relations oid[];
    v_routines regprocedure[];
    v_routine regprocedure;
    -- A publication has put users' indexes on the tables of versions that are not in use.
    v_target text := case when p_schema in (p_dataset || '_build', p_dataset || '_old') then p_dataset end;
begin
    if p_dataset is null then
        raise exception 'there is no dataset <NULL>' using errcode = 'LD013';  -- null would mean all of them
    end if;
    select
        coalesce(array_agg(o.object_oid) filter (where o.kind = 'relation' and not exists (
            -- A slot of staging is dropped with its parent.
            select 1 from pg_inherits as i
            join pg_class as c on c.oid = i.inhrelid
            join pg_class as p on p.oid = i.inhparent and p.relnamespace = c.relnamespace
            where i.inhrelid = o.object_oid
        )), '{}'),
        coalesce(array_agg(o.object_oid::regprocedure) filter (where o.kind = 'routine'), '{}')
    into v_relations, v_routines
    from owned_objects(p_dataset, p_schema) as o where o.object_name <> all (p_kept);
    perform drop_relations(v_relations, p_target => v_target);
    foreach v_routine in array v_routines loop
        execute format('drop routine %s', v_routine);
    end loop;
    delete from owned_object as o
    where o.dataset = p_dataset and o.schema_name = p_schema and o.kind = 'routine' and o.object_name <> all (p_kept);
end
$$;
comment on function loader.drop_objects(text, text, text[]) is
'Drops the objects that the loader made for a dataset in a schema, and nothing else.';
