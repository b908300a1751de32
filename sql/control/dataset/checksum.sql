create or replace function loader.checksum(p_schema text)
returns table (table_name text, row_count bigint, checksum text)
language plpgsql
stable
set search_path = loader, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
set extra_float_digits = 1
as $$
-- One row per table of a schema: its number of rows, and a digest that does not depend on their order. System columns
-- (_*) are left out. Equal on every server version: the sum of the md5 of each row's text.
declare
    v_table record;
begin
    for v_table in
        select
            c.relname, c.oid::regclass as name,
            string_agg(format('t.%I', a.attname), ', ' order by a.attname collate "C") as columns
        from pg_class as c
        join pg_attribute as a
            on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname !~ '^_'
        where c.relnamespace = to_regnamespace(quote_ident(p_schema))
            and c.relkind in ('r', 'p') and c.relname !~ '^_'
        group by c.relname, c.oid
        order by c.relname collate "C"
    loop
        table_name := v_table.relname;
        execute format(
            'select count(*), md5(count(*)
                || '':'' || coalesce(sum((''x'' || left(m, 16))::bit(64)::bigint::numeric), 0)
                || '':'' || coalesce(sum((''x'' || right(m, 16))::bit(64)::bigint::numeric), 0))
            from (select md5(row(%s)::text) as m from %s as t) as r',
            v_table.columns, v_table.name
        ) into row_count, checksum;
        return next;
    end loop;
end
$$;
comment on function loader.checksum(text) is
'For each table, the number of rows and a digest that depends neither on their order nor on the server version.';
