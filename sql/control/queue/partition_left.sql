create or replace function loader.partition_left(p_load bigint, p_partition integer, p_partitions integer)
returns table (waiting bigint, dead bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- What keeps a load from its end, for a command that works on one partition: chunks of any partition that are not done
-- and not dead, and dead chunks of this partition. Raises 22023. Reads chunk.
begin
    perform assert_partition(p_partition, p_partitions);
    return query
    select
        count(*) filter (where c.state in ('ready', 'leased')),
        count(*) filter (where c.state = 'dead' and in_partition(c.source_id, c.number, p_partition, p_partitions))
    from chunk as c where c.load_id = p_load;
end
$$;
comment on function loader.partition_left(bigint, integer, integer) is
'Numbers of waiting chunks of a load, and of dead chunks of a partition.';
