create or replace function loader.list_bound(p_relations oid[], p_target text default null)
returns setof text
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Objects of other users that prevent relations from being dropped, one line each: those that depend on them, and
-- those that belong to them, such as columns, triggers and indexes, which DROP TABLE would drop silently, unless an
-- event trigger has put them there when the table was created (note_given).
-- p_target: for a version that is not in use, the schema of the version that is. Users' indexes that the loader has
-- created on it, or put away with it (owned_object.made, "carried"), then do not count: the originals exist, or the
-- user has dropped them. Older versions of the loader did not record them; there, indexes whose original exists do
-- not count.
begin
    if are_bare(p_relations) then
        return;
    end if;
    return query
    select a.kind || ' ' || a.identity
    from list_attachments(p_relations) as a
    join pg_class as c on c.oid = a.owner_oid
    left join pg_class as x on a.kind = 'index' and x.oid = a.object_oid
    join made_as(p_relations) as m on m.table_oid = a.owner_oid
    where not coalesce(m.made -> 'given' ? (a.kind || ' ' || a.identity), false) and (
            p_target is null or a.kind <> 'index' or c.relkind <> 'm' and not coalesce(
                m.made -> 'carried' ->> x.relname = index_shape(x.oid),
                not m.made ? 'carried' and to_regclass(format('%I.%I', p_target, x.relname)) is not null
            )
        )
    union
    select d.kind || ' ' || d.identity from list_dependents(p_relations) as d where d.owner_oid <> all (p_relations)
    union
    select r.kind || ' ' || r.identity from list_referring(p_relations) as r
    union
    select 'partition ' || c.oid::regclass from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where i.inhparent = any (p_relations) and not exists (
        select 1 from owned_object as o where o.schema_name = n.nspname and o.object_name = c.relname
    )
    union
    select format('%2$s has a partition: alter table %2$s detach partition %1$s', i.inhrelid::regclass, i.inhparent::regclass)
    from pg_inherits as i
    where i.inhrelid = any (p_relations) and i.inhparent <> all (p_relations);
end
$$;
comment on function loader.list_bound(oid[], text) is
'Objects of other users that prevent relations from being dropped.';
