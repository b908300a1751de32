create or replace function loader.assert_kept(p_load bigint, p_as_of bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- As-of functions call this if a load has changed a record without keeping the version before. Raises LD019.
begin
    raise exception 'what load % changed is recorded, but not the versions before it, so the state after load % '
        'is unknown', p_load, p_as_of
        using errcode = 'LD019', hint = 'history: on keeps it from the next load on';
end
$$;
comment on function loader.assert_kept(bigint, bigint) is
'Raises LD019, because a load has changed a record without keeping the version before.';
