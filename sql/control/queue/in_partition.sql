create or replace function loader.in_partition(
    p_source bigint, p_number integer, p_partition integer, p_partitions integer
)
returns boolean
language sql
immutable parallel safe
-- Whether chunk p_number of a source is in partition p_partition of p_partitions; always true if the work is not
-- partitioned (both null). The chunks of each source are dealt out in turn, so that partitions of equal chunks are
-- equal. Names are resolved when the function is created, and queries contain its expression instead.
return p_partitions is null or mod(p_source + p_number, p_partitions) = p_partition - 1;
comment on function loader.in_partition(bigint, integer, integer, integer) is
'Whether a chunk, given by its source and number, belongs to a partition.';
