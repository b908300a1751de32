create or replace function loader.publication_moves(p_load bigint, p_from text)
returns table (place integer, is_view boolean, old_oid oid, come_oid oid)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a publication moves, tables before materialized views: the relation in use (old_oid; null: none yet), and
    -- the one that comes from the schema p_from: the build, or the old version for a revert. Found by name, because
    -- OIDs change when a database is dumped and restored; null unless it is the loader's.
    select
        p.position, v.is_view,
        case
            when not v.is_view then to_regclass(format('%I.%I', d.target_schema, p.table_name))::oid
            else (select c.oid from pg_class as c where c.oid = to_regclass(p.table_name) and c.relkind = 'm')
        end,
        o.object_oid
    from load as l
    join dataset as d on d.dataset = l.dataset
    join publication as p on p.load_id = l.load_id
    cross join lateral (select p.position > 1000000 as is_view) as v
    left join owned_objects(l.dataset, p_from) as o on o.kind = 'relation'
        and o.object_name in (
            select p.table_name where not v.is_view
            union all
            -- Named after the materialized view that was in use; by older versions of the loader, after its successor.
            select '_mv_' || x.number from unnest(array[p.old_oid, p.new_oid]) as x (number) where v.is_view
        )
    where l.load_id = p_load
    order by p.position
$$;
comment on function loader.publication_moves(bigint, text) is
'What a publication moves: the old relations and those that replace them.';
