create or replace function loader.list_noted(p_dataset text)
returns setof text
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Foreign keys in other users' tables whose rows refer to rows of a dataset in the control tables, one line each. To
-- delete these would fail or, depending on the key, silently delete the referring rows or empty their columns. A table
-- that may not be read counts, too, and so does one that should not be (list_foreign_code). Reads the catalogs, and these
-- tables.
declare
    v_key record;
    v_refers boolean;
begin
    for v_key in
        select
            format('foreign key %I on %s', f.conname, f.conrelid::regclass) as line,
            has_table_privilege(f.conrelid, 'select')
            and not exists (select 1 from list_foreign_code(f.conrelid)) as is_readable,
            format(
                'select exists (select from %s as r join %s as t on %s where %s)', f.conrelid::regclass,
                f.confrelid::regclass, (
                    select string_agg(format('r.%I = t.%I', a.attname, b.attname), ' and ')
                    from unnest(f.conkey, f.confkey) as k (own, other)
                    join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.own
                    join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.other
                ),
                coalesce((
                    select case min(c.attname::text)
                        when 'dataset' then 't.dataset = $1'
                        else 't.load_id in (select l.load_id from loader.load as l where l.dataset = $1)'
                    end
                    from pg_attribute as c where c.attrelid = f.confrelid and c.attname in ('dataset', 'load_id')
                    having count(*) > 0
                ), 'true')
            ) as query
        from pg_constraint as f
        join pg_class as m on m.oid = f.confrelid and m.relnamespace = 'loader'::regnamespace
        where f.contype = 'f' and f.conparentid = 0 and f.conrelid not in (
            select o.object_oid from owned_objects(p_schema => 'loader') as o where o.kind = 'relation'
        )
        order by 1
    loop
        v_refers := true;
        if v_key.is_readable then
            execute v_key.query into v_refers using p_dataset;
        end if;
        if v_refers then
            return next v_key.line;
        end if;
    end loop;
end
$$;
comment on function loader.list_noted(text) is
'Foreign keys in users'' own tables whose rows refer to rows of a dataset in the control tables.';
