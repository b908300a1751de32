create or replace function loader.older_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources that are older than all those of a complete load, by (priority, snapshot): rows of theirs that it does
    -- not hold are gone, unless the load comes late itself (out_of_order_sources). So are rows from elsewhere, of
    -- source 0. None when
    -- it is not complete.
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
