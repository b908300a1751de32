create or replace function loader.assert_unreferenced(p_table oid, p_condition text default 'true')
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD042 if rows of others refer to rows of a table with recorded changes or versions which are about to be
-- deleted: those for which p_condition (SQL on t) holds. Locks the table ROW EXCLUSIVE, as the delete will.
declare
    v_keys text;
begin
    select string_agg(k.line, E'\n') into v_keys from referring_keys(p_table, p_condition) as k (line);
    if v_keys is not null then
        raise exception 'rows of others refer to rows of % that would be removed, and would be lost with them, or emptied',
            p_table::regclass
            using errcode = 'LD042', detail = v_keys,
                hint = 'drop the foreign keys that are listed (alter table … drop constraint …), or delete these rows';
    end if;
end
$$;
comment on function loader.assert_unreferenced(oid, text) is
'Raises LD042 if rows of others refer to recorded changes or versions which are about to be deleted.';
