create or replace function loader.note_given(p_dataset text, p_schema text)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records what event triggers of users have put on tables that the loader has just created and will drop again, such
    -- as an audit trigger on each new table. It goes with the table (list_bound); what is put on it later is reported
    -- before the table is dropped. Writes owned_object.
    with fresh as (
        select o.object_oid as oid from owned_objects(p_dataset, p_schema) as o
        join pg_class as c on c.oid = o.object_oid and c.relkind in ('r', 'p') where o.kind = 'relation'
    ), given as (
        select a.owner_oid, jsonb_agg(a.kind || ' ' || a.identity) as lines
        from list_attachments(array(select f.oid from fresh as f)) as a group by a.owner_oid
    )
    update owned_object as o set made = o.made || jsonb_build_object('given', g.lines)
    from given as g join pg_class as c on c.oid = g.owner_oid
    where o.kind = 'relation' and o.schema_name = p_schema and o.object_name = c.relname
$$;
comment on function loader.note_given(text, text) is
'Records what event triggers of users have put on tables that the loader has just created and will drop again.';
