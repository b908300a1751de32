create or replace function loader.assert_rows(p_table text, p_rows bigint, p_expected bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that a shadow table has the rows that were put into it, no more and no fewer. p_expected null: not known.
-- Raises LD012.
begin
    if p_rows <> p_expected then
        raise exception 'the shadow table % has % rows, but % were put into it', p_table, p_rows, p_expected
            using errcode = 'LD012',
                hint = 'somebody or a trigger has written into the shadow tables: load the files again';
    end if;
end
$$;
comment on function loader.assert_rows(text, bigint, bigint) is
'Raises LD012 if a shadow table does not have the rows that were put into it.';
