create or replace function loader.publication_moves(p_load bigint, p_back boolean)
returns table (place integer, is_view boolean, gone_oid oid, come_oid oid)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a publication moves, tables before materialized views: the relation that goes (null: none) and the one that
    -- comes. p_back: for taking it back.
    select
        p.position, (select c.relkind = 'm' from pg_class as c where c.oid = p.new_oid),
        case when p_back then p.new_oid else p.old_oid end, case when p_back then p.old_oid else p.new_oid end
    from publication as p where p.load_id = p_load
    order by p.position
$$;
comment on function loader.publication_moves(bigint, boolean) is
'What a publication moves: the relation that goes and the one that comes.';
