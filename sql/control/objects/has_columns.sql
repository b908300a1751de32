create or replace function loader.has_columns(p_table text, p_columns text[])
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Whether a table exists and has all of some columns.
    select to_regclass(p_table) is not null and p_columns <@ array(
        select a.attname::text from pg_attribute as a
        where a.attrelid = to_regclass(p_table) and a.attnum > 0 and not a.attisdropped
    )
$$;
comment on function loader.has_columns(text, text[]) is 'Whether a table has all of some columns.';
