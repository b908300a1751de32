create or replace function loader.older_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources that are older than all those of a full snapshot, by (priority, snapshot): their rows are deleted if it
    -- lacks them, unless the load is out of order itself (out_of_order_sources). The same applies to rows from
    -- elsewhere (source 0). Empty if the load is not a full snapshot.
    select case when p_entity = any (complete_entities(p_load)) then array(
        select o.source_id
        from load as l
        join source_order as o on o.dataset = l.dataset and o.load_id <> p_load and p_entity = any (o.entities)
        where l.load_id = p_load
            and o.age < all (
                select s.age from source_order as s where s.load_id = p_load and p_entity = any (s.entities)
            )
        union all
        select 0
    ) else '{}' end
$$;
comment on function loader.older_sources(bigint, text) is
'Sources whose rows are deleted if a full snapshot lacks them.';
