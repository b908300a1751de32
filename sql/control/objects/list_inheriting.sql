create or replace function loader.list_inheriting(p_dataset text)
returns setof text
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Other users' tables that inherit from the loader's tables for a dataset, or are partitions of them, and how to
-- detach them, one line each. The rows of such a table are also rows of its parent, for everyone who reads or
-- writes that. Starts from the parents, by index, because a merge with visibility: chunk calls it for every chunk.
begin
    return query
    select case
        when c.relispartition then format(
            '%1$s is a partition of %2$s: alter table %2$s detach partition %1$s', c.oid::regclass, p.oid::regclass
        )
        else format(
            '%1$s inherits from %2$s: alter table %1$s no inherit %2$s', c.oid::regclass, p.oid::regclass
        )
    end
    from owned_object as o
    join pg_namespace as n on n.nspname = o.schema_name
    join pg_class as p on p.relnamespace = n.oid and p.relname = o.object_name and p.relhassubclass
    join pg_inherits as i on i.inhparent = p.oid
    join pg_class as c on c.oid = i.inhrelid
    join pg_namespace as s on s.oid = c.relnamespace
    where o.dataset = p_dataset and o.kind = 'relation' and not exists (
        select 1 from owned_object as x
        where x.schema_name = s.nspname and x.kind = 'relation' and x.object_name = c.relname
    )
    order by 1;
end
$$;
comment on function loader.list_inheriting(text) is
'Other users'' tables that inherit from the loader''s tables for a dataset, and how to detach them.';
