create or replace function loader.describe_table(p_tables oid[])
returns table (table_oid oid, description jsonb)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
set plan_cache_mode = force_generic_plan
as $$
-- What the loader decides about tables when it creates them, and their comments:
-- {"comment", "columns": {name: {"type", "collation", "not_null", "comment"}}, "indexes": {name: comment},
-- "index_shapes": {name: loader.index_shape}, "constraints": [name]}. Stored in loader.owned_object.made; somebody
-- else has made any later difference. Reads the catalogs.
-- It is planned once, because it is called for each table that the loader creates.
begin
    return query
    select t.oid, jsonb_build_object(
        'comment', (
            select x.description from pg_description as x
            where x.classoid = 'pg_class'::regclass and x.objoid = t.oid and x.objsubid = 0
        ),
        'columns', (
            select jsonb_object_agg(
                a.attname, jsonb_build_object(
                    'type', format_type(a.atttypid, a.atttypmod), 'collation', a.attcollation::regcollation,
                    'not_null', a.attnotnull, 'comment', x.description
                )
            )
            from pg_attribute as a
            left join pg_description as x
                on x.classoid = 'pg_class'::regclass and x.objoid = a.attrelid and x.objsubid = a.attnum
            where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        ),
        'indexes', (
            select coalesce(jsonb_object_agg(c.relname, x.description), '{}')
            from pg_index as i
            join pg_class as c on c.oid = i.indexrelid
            left join pg_description as x
                on x.classoid = 'pg_class'::regclass and x.objoid = c.oid and x.objsubid = 0
            where i.indrelid = t.oid
        ),
        'index_shapes', (
            select coalesce(jsonb_object_agg(c.relname, loader.index_shape(c.oid)), '{}')
            from pg_index as i join pg_class as c on c.oid = i.indexrelid where i.indrelid = t.oid
        ),
        'constraints', (
            select coalesce(jsonb_agg(k.conname), '[]') from pg_constraint as k
            where k.conrelid = t.oid and k.contype in ('f', 'c', 'u', 'x')
        )
    )
    from unnest(p_tables) as t (oid);
end
$$;
comment on function loader.describe_table(oid[]) is
'The properties and comments that tables have when the loader creates them.';
