create or replace function loader.note_filled(p_new oid, p_version text)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records beside the successor of a user's materialized view for which version of that view it was filled: the xmin
    -- of its row in pg_class, of which REFRESH writes a new version even if it changes nothing else. Writes
    -- owned_object.
    update owned_object as o set made = coalesce(o.made, '{}') || jsonb_build_object('version', p_version)
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = p_new and o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname
$$;
comment on function loader.note_filled(oid, text) is
'Records for which version of a materialized view its successor was filled.';
