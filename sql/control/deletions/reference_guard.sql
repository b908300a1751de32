create or replace function loader.reference_guard(p_table regclass, p_alias text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- SQL that excludes rows from a DELETE if foreign keys of other tables refer to them: " and not exists (…)" for
    -- each foreign key, or nothing. p_alias: the alias of the table in the DELETE. Foreign keys that the loader made do
    -- not count. Reads all constraints of the database; so callers with many tables first look up, by index, whether a
    -- table has triggers of foreign keys (pg_trigger.tgconstraint).
    select coalesce(string_agg(
        format(' and not exists (select 1 from %s as r where %s)', f.conrelid::regclass, (
            select string_agg(format('r.%I = %I.%I', a.attname, p_alias, b.attname), ' and ' order by k.place)
            from unnest(f.conkey, f.confkey) with ordinality as k (own, other, place)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.own
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.other
        )),
        '' order by f.oid
    ), '')
    from pg_constraint as f
    where f.contype = 'f' and f.confrelid = p_table and f.conparentid = 0
        and not is_own_key(f.conname, f.conrelid, f.confrelid)
$$;
comment on function loader.reference_guard(regclass, text) is
'SQL that keeps a DELETE away from rows that foreign keys of other tables refer to.';
