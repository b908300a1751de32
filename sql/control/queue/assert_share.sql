create or replace function loader.assert_share(p_share integer, p_shares integer)
returns void
language plpgsql
immutable
set search_path = loader, pg_temp
as $$
-- A load can be done in p_shares fixed shares; in_share says which chunks are of share p_share. Both null: not shared out.
-- Raises 22023.
begin
    if (p_share is null) <> (p_shares is null) or p_share not between 1 and p_shares then
        raise exception 'a partition is 1/N to N/N, not %/%',
            coalesce(p_share::text, 'null'), coalesce(p_shares::text, 'null')
            using errcode = '22023';
    end if;
end
$$;
comment on function loader.assert_share(integer, integer) is
'Raises 22023 unless the arguments name a partition, such as 2 of 4, or both are null.';
