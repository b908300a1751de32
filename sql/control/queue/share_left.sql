create or replace function loader.share_left(p_load bigint, p_share integer, p_shares integer)
returns table (waiting bigint, dead bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- What stands between a load and its end, for who works at one share of it: chunks of any share that are not done and
-- may still be, and dead chunks of this share. Raises 22023. Reads chunk.
begin
    perform assert_share(p_share, p_shares);
    return query
    select
        count(*) filter (where c.state in ('ready', 'leased')),
        count(*) filter (where c.state = 'dead' and in_share(c.source_id, c.number, p_share, p_shares))
    from chunk as c where c.load_id = p_load;
end
$$;
comment on function loader.share_left(bigint, integer, integer) is
'Numbers of waiting chunks of a load, and of dead chunks of a partition.';
