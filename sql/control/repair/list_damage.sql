create or replace function loader.list_damage(p_dataset text, p_place text default 'target')
returns table (entity text, object text, what text, blocks boolean, loses_values boolean, mendable boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- How the tables that the loader created for users differ from loader.owned_object.made: tables and columns that
    -- are missing or altered, keys and indexes that were dropped. blocks: no merge can continue with this.
    -- loses_values: values of rows are lost with it. mendable: loader.repair_tables can create it again; otherwise what
    -- says how an operator can undo it. p_place: target, or old (recorded_tables).
    with recorded as materialized (
        select r.* from loader.recorded_tables(p_dataset, p_place) as r
    ), placed as materialized (
        select r.* from recorded as r where r.is_table and not exists (
            select from unnest(r.key_columns || case when r.is_root then '{_source,_record}'::text[] end) as w (name)
            where not exists (
                select from pg_attribute as a where a.attrelid = r.oid and a.attname = w.name and not a.attisdropped
            )
        )
    )
    select r.entity, r.name, 'the table is missing' || coalesce(m.what, ''), true, true, m.what is null
    from recorded as r
    left join lateral (
        select ', perhaps ' || case
            when c.relnamespace = r.schema_oid
                then format('renamed: alter table %s rename to %I', c.oid::regclass, r.table_name)
            when r.schema_oid is null
                then format('with its schema renamed: alter schema %s rename to %I', c.relnamespace::regnamespace, r.schema_name)
            else format('moved: alter table %s set schema %I', c.oid::regclass, r.schema_name)
        end || format('; if that is another one, comment on constraint %I on %s is null', k.conname, c.oid::regclass) as what
        from pg_class as c join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
        where obj_description(k.oid, 'pg_constraint') = r.mark and case
                when c.relnamespace = r.schema_oid then c.relname not in (select x.table_name from recorded as x)
                else c.relname = r.table_name and c.relnamespace::regnamespace::text not in (
                    select quote_ident(s.schema_name) from loader.dataset_schemas(p_dataset) as s
                )
            end
            and (select t.description -> 'columns' from loader.describe_table(array[c.oid]) as t)
            @> (r.made -> 'columns')
        order by c.relnamespace <> r.schema_oid, 1 limit 1
    ) as m on true
    where r.oid is null
    union all
    select r.entity, r.name, 'something that is no table has its name: rename it', true, true, false
    from recorded as r where not r.is_table
    union all
    select c.* from loader.damaged_columns(p_dataset, p_place) as c
    union all
    select r.entity, r.name, format('the key (%s) is missing', array_to_string(r.key_columns, ', ')), true, false, true
    from placed as r where not exists (
        select 1 from pg_index as i
        where i.indrelid = r.oid and i.indisunique and i.indisvalid and i.indimmediate
            and i.indpred is null and i.indexprs is null and array(
                select a.attname::text from pg_attribute as a
                where a.attrelid = r.oid and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1]) order by 1
            ) = array(select k from unnest(r.key_columns) as k order by 1)
    )
    union all
    -- Only its owner can confirm that a table is still the loader's, with its rows; all of its records are read again.
    select r.entity, r.name,
        'the comment on its key is missing, by which the loader knows that it has made the table' || case
            when g.is_given then '; a repair puts it back, and the next load reads all records again'
            else format('. If it has, comment on table %s is %L; if not, rename it', r.name, r.mark)
        end, true, true, g.is_given
    from placed as r
    left join pg_constraint as k on k.conrelid = r.oid and k.contype = 'p'
    left join pg_description as x
        on x.classoid = 'pg_constraint'::regclass and x.objoid = k.oid and x.objsubid = 0
    cross join lateral (
        select coalesce(obj_description(r.oid, 'pg_class') = r.mark, false) as is_given
    ) as g
    where x.description is distinct from r.mark
    union all
    select r.entity, r.name,
        'its rows are not those that the schema loader knows, as the table or that schema was restored from another time '
        'or database; a repair keeps them, forgets what loads had changed, and the next load of the newest dumps reads all '
        'records again', true, false, true
    from recorded as r
    join pg_constraint as k on k.conrelid = r.oid and k.contype = 'p'
    where r.table_name in (select e.table_name from loader.tables_from_elsewhere(p_dataset, p_place) as e (table_name))
        and obj_description(k.oid, 'pg_constraint') = r.mark
    union all
    select r.entity, r.name, format('the index %s is missing', i.name), false, false, true
    from recorded as r
    cross join lateral jsonb_object_keys(r.made -> 'indexes') as i (name)
    where r.is_table and i.name <> r.table_name || '_pkey' and not exists (
        select 1 from pg_index as x join pg_class as c on c.oid = x.indexrelid
        where x.indrelid = r.oid and c.relname = i.name
    )
    order by 4 desc, 2, 3
$$;
comment on function loader.list_damage(text, text) is
'What somebody has dropped or altered of the tables that the loader made, and whether it can be repaired.';
