create or replace function loader.list_inheriting(p_dataset text)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Tables of others that inherit from what the loader made for a dataset, or are partitions of it, and how to part
    -- them, a line each. The rows of such a table are also rows of its parent, for whoever reads or writes that. Goes
    -- from the parents, by index: it is asked for every chunk of a merge that is seen chunk by chunk.
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
    order by 1
$$;
comment on function loader.list_inheriting(text) is
'Tables of others that inherit from what the loader made for a dataset, and how to part them.';
