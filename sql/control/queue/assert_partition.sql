create or replace function loader.assert_partition(p_partition integer, p_partitions integer)
returns void
language plpgsql
immutable
set search_path = loader, pg_temp
as $$
-- A load can be divided into p_partitions fixed partitions; in_partition says which chunks belong to p_partition. Both
-- null: it is not divided. Raises 22023.
begin
    if (p_partition is null) <> (p_partitions is null) or p_partition not between 1 and p_partitions then
        raise exception 'a partition is 1/N to N/N, not %/%',
            coalesce(p_partition::text, 'null'), coalesce(p_partitions::text, 'null')
            using errcode = '22023';
    end if;
end
$$;
comment on function loader.assert_partition(integer, integer) is
'Raises 22023 unless the arguments name a partition, such as 2 of 4, or both are null.';
