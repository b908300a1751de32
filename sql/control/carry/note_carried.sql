create or replace function loader.note_carried(p_table oid)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Notes which indexes of users a table of the loader has, when it is made, or put away, as a version that is not in
    -- use: whoever puts another one on it later is named before that is dropped (list_bound). Writes owned_object.
    update owned_object as o set made = o.made || jsonb_build_object('carried', (
        select coalesce(jsonb_object_agg(x.relname, index_shape(x.oid)), '{}')
        from list_attachments(array[p_table]) as a join pg_class as x on a.kind = 'index' and x.oid = a.object_oid
    ))
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = p_table and c.relkind = 'r'
        and o.kind = 'relation' and o.schema_name = n.nspname and o.object_name = c.relname
$$;
comment on function loader.note_carried(oid) is
'Notes which indexes of users a table has that is not in use.';
