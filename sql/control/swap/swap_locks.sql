create or replace function loader.swap_locks(p_load bigint, p_gone oid[])
returns oid[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a swap locks when relations of a load's dataset are replaced (p_gone), in this order: users' views, because
    -- their readers lock them before the tables; tables with foreign keys to or from the replaced ones, the loader's or
    -- users', which are created again within the swap, so that it has to wait for nothing else; and the replaced ones.
    select coalesce(array_agg(x.oid order by x.place, x.oid), '{}')
    from (
        select l.oid, min(l.place) as place
        from (
            select d.owner_oid as oid, 1 as place from list_dependents(p_gone) as d where d.kind in ('view', 'foreign key')
            union all
            select unnest(array[k.table_oid, k.referenced_oid]), 2
            from load as l cross join own_foreign_keys(l.dataset, p_gone) as k where l.load_id = p_load
            union all
            select unnest(array[
                to_regclass(format('%I.%I', d.target_schema, r.table_name)),
                to_regclass(format('%I.%I', d.target_schema, r.references_table))
            ])::oid, 2
            from load as l join dataset as d using (dataset) join dataset_reference as r using (dataset)
            where l.load_id = p_load and l.settings ->> 'foreign_keys' in ('not_valid', 'enforce')
            union all
            select unnest(p_gone), 3
        ) as l
        where l.oid is not null
        group by l.oid
    ) as x
$$;
comment on function loader.swap_locks(bigint, oid[]) is 'The relations that a swap locks, in the order of locking.';
