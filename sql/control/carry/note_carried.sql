create or replace function loader.note_carried(p_tables oid[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records which indexes of users are on tables of the loader, when these are created, or put away as a version that
    -- is not in use. So an index that a user adds to them later is reported before they are dropped (list_bound).
    -- Writes owned_object.
    with carried as (
        select a.owner_oid, jsonb_object_agg(x.relname, index_shape(x.oid)) as indexes
        from list_attachments(p_tables) as a join pg_class as x on a.kind = 'index' and x.oid = a.object_oid
        group by a.owner_oid
    )
    update owned_object as o set made = o.made || jsonb_build_object('carried', coalesce(i.indexes, '{}'))
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    left join carried as i on i.owner_oid = c.oid
    where c.oid = any (p_tables) and c.relkind = 'r'
        and o.kind = 'relation' and o.schema_name = n.nspname and o.object_name = c.relname
        and o.made -> 'carried' is distinct from coalesce(i.indexes, '{}')
$$;
comment on function loader.note_carried(oid[]) is
'Records which indexes of users are on tables that are not in use.';
