create or replace function loader.in_share(p_source bigint, p_number integer, p_share integer, p_shares integer)
returns boolean
language sql
immutable parallel safe
-- Whether chunk p_number of a source is of share p_share of p_shares fixed ones; every chunk is where the work is not
-- shared out (both null). Each source is dealt out in turn, so that shares of equal chunks are equal.
-- Its names are resolved when it is made, and queries have its expression in its place.
return p_shares is null or mod(p_source + p_number, p_shares) = p_share - 1;
comment on function loader.in_share(bigint, integer, integer, integer) is
'Whether a chunk, given by its source and number, belongs to a partition.';
