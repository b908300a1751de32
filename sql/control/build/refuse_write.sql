create or replace function loader.refuse_write()
returns trigger
language plpgsql
set search_path = loader, pg_temp
as $$
-- Keeps a table of the build as it was counted (build_table) until it is published (publish). Raises 55000.
begin
    raise exception 'the table %.% is built and waits for its publication: nobody writes into it',
        quote_ident(tg_table_schema), quote_ident(tg_table_name)
        using errcode = 'object_not_in_prerequisite_state';
end
$$;
comment on function loader.refuse_write() is 'Keeps a table of the build as it was counted until it is published.';
