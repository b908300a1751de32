create or replace function loader.needs_columns(p_table text, p_columns text[])
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether an existing table lacks some of its columns. It is then locked as a publication locks; otherwise no reader of
-- it waits for a load that begins. Raises LD007. Locks the table.
begin
    if to_regclass(p_table) is null or has_columns(p_table, p_columns) then
        return false;
    end if;
    perform lock_for_swap(array[to_regclass(p_table)::oid], clock_timestamp() + interval '1 minute');
    return true;
end
$$;
comment on function loader.needs_columns(text, text[]) is 'Whether a table lacks some of its columns.';
