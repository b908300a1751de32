create or replace function loader.key_columns(p_table oid)
returns text[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The columns of a table's primary key, by name, each with its type and collation; empty without a key. If two
    -- tables have the same, their keys can be compared.
    select coalesce(array_agg(
        format('%I %s %s', a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation) order by a.attname
    ), '{}')
    from pg_index as i
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = p_table and i.indisprimary
$$;
comment on function loader.key_columns(oid) is
'The columns of a table''s primary key, each with its type and collation.';
