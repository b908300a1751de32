create or replace function loader.refuse_write()
returns trigger
language plpgsql
set search_path = loader, pg_temp
as $$
-- Refuses writes into a shadow table from its count (build_table) until its publication (publish), and into a table of
-- the previous version as long as a revert can bring it back. With an argument: the table is one of the previous
-- version. Raises 55000.
begin
    if tg_nargs > 0 then
        raise exception 'the table %.% is of the previous version, which a revert brings back: '
        'nobody may write into it',
            quote_ident(tg_table_schema), quote_ident(tg_table_name)
            using errcode = 'object_not_in_prerequisite_state', hint = 'drop its tables when nobody needs it any more';
    end if;
    raise exception 'the table %.% is built and waits for its publication: nobody may write into it',
        quote_ident(tg_table_schema), quote_ident(tg_table_name)
        using errcode = 'object_not_in_prerequisite_state';
end
$$;
comment on function loader.refuse_write() is -- noqa: LT01
'Prevents writes into a shadow table until it is published, and into an old table until a revert.';
