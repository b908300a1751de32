create or replace function loader.assert_trusted(p_lines text)
returns void
language plpgsql
immutable
set search_path = loader, pg_temp
as $$
-- Raises LD008 with lines of loader.list_untrusted; null: there is none.
begin
    if p_lines is not null then
        raise exception using
            message = 'the new tables cannot be published: to create again what depends on the old ones '
                || 'would run code of others',
            errcode = 'LD008', detail = p_lines, hint = 'drop what is listed, then give the same command again';
    end if;
end
$$;
comment on function loader.assert_trusted(text) is
'Raises LD008 with what cannot be created again without running code of others.';
