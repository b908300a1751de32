create or replace function loader.referring_keys(p_table oid, p_condition text default 'true')
returns setof text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Foreign keys in tables of others that refer to rows of a table of the loader's which are about to be deleted: those
-- for which p_condition (SQL on t) holds. One line each. To delete these rows would fail or, depending on the key,
-- silently delete the referring rows or empty their columns. A table that may not be read counts, too, and so does one
-- that should not be (list_foreign_code). Locks the table ROW EXCLUSIVE, as the delete will, so that nobody adds a key.
declare
    v_key record;
    v_refers boolean;
begin
    execute lock_statement(p_table, 'row exclusive');
    perform lock_referrers(array[p_table]);
    for v_key in
        select
            format('foreign key %I on %s', f.conname, f.conrelid::regclass) as line,
            has_table_privilege(f.conrelid, 'select') and not exists (select 1 from list_foreign_code(f.conrelid))
            and not row_security_active(f.conrelid) as is_readable,
            format(
                'select exists (select from %s as r join %s as t on %s where %s)', f.conrelid::regclass,
                f.confrelid::regclass, (
                    select string_agg(format('r.%I = t.%I', a.attname, b.attname), ' and ')
                    from unnest(f.conkey, f.confkey) as k (own, other)
                    join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.own
                    join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.other
                ), p_condition
            ) as query
        from pg_constraint as f
        where f.contype = 'f' and f.confrelid = p_table and f.conparentid = 0 and f.conrelid not in (
            select o.object_oid from owned_objects(p_schema => 'loader') as o where o.kind = 'relation'
        )
        order by 1
    loop
        v_refers := true;
        if v_key.is_readable then
            execute v_key.query into v_refers;
        end if;
        if v_refers then
            return next v_key.line;
        end if;
    end loop;
end
$$;
comment on function loader.referring_keys(oid, text) is
'Foreign keys in tables of others that refer to rows which are about to be deleted.';
