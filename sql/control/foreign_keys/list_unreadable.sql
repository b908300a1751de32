create or replace function loader.list_unreadable(p_tables oid[])
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Foreign keys of other tables that refer to these, and whose rows the current role may not read, or should not
    -- because this would run code of others with its rights; one line each, with what helps. Reads the catalogs.
    select distinct format('foreign key %I on %s: %s', f.conname, f.conrelid::regclass, w.lacks)
    from pg_constraint as f
    join pg_class as c on c.oid = f.conrelid
    cross join lateral (
        select concat_ws('; ',
            case when not has_schema_privilege(c.relnamespace, 'usage')
                then format('grant usage on schema %s to %I', c.relnamespace::regnamespace, current_user) end,
            case when not has_table_privilege(f.conrelid, 'select')
                then format('grant select on %s to %I', f.conrelid::regclass, current_user) end,
            case when row_security_active(f.conrelid)
                then format('its row level security hides rows: alter role %I bypassrls', current_user) end,
            (
                select format('drop the key, or what uses %s: it would run as %I', string_agg(l.code, ', '), current_user)
                from list_foreign_code(f.conrelid) as l (code) having count(*) > 0
            )
        ) as lacks
    ) as w
    where f.contype = 'f' and f.confrelid = any (p_tables) and f.conrelid <> all (p_tables) and f.conparentid = 0
        and w.lacks <> ''
$$;
comment on function loader.list_unreadable(oid[]) is
'Foreign keys of other tables whose rows the current role may not, or should not, read, with what helps.';
