create or replace function loader.rights_state(p_relations oid[])
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- A digest of the rights on relations and on their columns.
    select md5(concat(
        (select string_agg(concat_ws(' ', c.oid, c.relacl), ' ' order by c.oid) from pg_class as c
            where c.oid = any (p_relations)),
        (select string_agg(concat_ws(' ', a.attrelid, a.attnum, a.attacl), ' ' order by a.attrelid, a.attnum)
            from pg_attribute as a where a.attrelid = any (p_relations) and a.attacl is not null)
    ))
$$;
comment on function loader.rights_state(oid[]) is 'A digest of the rights on relations and on their columns.';
