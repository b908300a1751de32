create or replace function loader.list_damage(p_dataset text, p_place text default 'target')
returns table (entity text, object text, what text, blocks boolean, loses_values boolean, mendable boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- What has become of the tables that the loader made for users, against loader.owned_object.made: tables and
    -- columns that are missing or altered, keys and indexes that were dropped. blocks: no merge can go on with that.
    -- loses_values: values of rows are gone with it. mendable: loader.repair_tables makes it again; what says else how a
    -- person undoes it. p_place: target, or old, for what is left of the version before, if that is of the same mapping.
    -- Tables that no load has ever filled are left out while they are missing: the next load makes them.
    with recorded as materialized (
        select
            t.entity, format('%I.%I', s.schema_name, t.table_name) as name, t.table_name, t.key_columns, t.is_root,
            o.made, o.mark, coalesce(d.settings ->> 'deletes' = 'mark', false) as marks, c.oid, c.relkind in ('r', 'p') as is_table, n.oid as schema_oid
        from loader.dataset as d
        join loader.dataset_table as t on t.dataset = d.dataset
        join loader.dataset_schemas(d.dataset) as s on s.place = p_place
        join loader.owned_object as o on o.dataset = d.dataset and o.schema_name = s.schema_name
            and o.kind = 'relation' and o.object_name = t.table_name
        left join pg_namespace as n on n.nspname = s.schema_name
        left join pg_class as c on c.relnamespace = n.oid and c.relname = t.table_name
        where d.dataset = p_dataset and (d.loaded_hash = d.mapping_hash or p_place = 'old')
            and (c.oid is not null or p_place = 'target' and exists (
                select 1 from loader.source as s join loader.load as l on l.load_id = s.load_id
                where s.dataset = d.dataset and t.entity = any (s.entities) and l.state = 'done'
            ))
    ), wanted as (
        select
            r.*, w.key as column_name, w.value ->> 'type' as type, a.attname as found,
            format_type(a.atttypid, a.atttypmod) as found_type,
            w.value ->> 'comment' as comment, x.description as found_comment,
            (select l.oid::regcollation from pg_collation as l where l.oid = a.attcollation and not l.collisdeterministic)
                as loose_collation,
            w.key = any (r.key_columns) or r.is_root and w.key in ('_source', '_record') as is_place
        from recorded as r
        join lateral jsonb_each(r.made -> 'columns') as w on w.key <> '_gone_since' or r.marks
        left join pg_attribute as a
            on a.attrelid = r.oid and a.attname = w.key and a.attnum > 0 and not a.attisdropped
        left join pg_description as x
            on x.classoid = 'pg_class'::regclass and x.objoid = a.attrelid and x.objsubid = a.attnum
        where r.is_table
    )
    select r.entity, r.name, case
        when m.name is null then 'the table is missing'
        else format('the table is missing, perhaps renamed: alter table %s rename to %I', m.name, r.table_name)
    end, true, true, m.name is null
    from recorded as r
    left join lateral (
        select min(c.oid::regclass::text) as name
        from pg_class as c join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
        where c.relnamespace = r.schema_oid and obj_description(k.oid, 'pg_constraint') = r.mark
            and c.relname not in (select x.table_name from recorded as x)
            and loader.describe_table(c.oid) -> 'columns' @> (r.made -> 'columns')
    ) as m on true
    where r.oid is null
    union all
    select r.entity, r.name, 'something that is no table has its name: rename it', true, true, false
    from recorded as r where not r.is_table
    union all
    select
        w.entity, format('%s.%I', w.name, w.column_name), case
            when w.column_name = any (w.key_columns)
                then 'the column of the key is missing: rename the table, then load with --replace'
            when w.is_place then 'the column is missing: load with --replace'
            when w.column_name = '_gone_since'
                then 'the column is missing, and with it which records are gone: the next whole dump marks them anew'
            else 'the column is missing'
        end, true, w.column_name <> '_gone_since', not w.is_place
    from wanted as w where w.found is null
    union all
    select
        w.entity, format('%s.%I', w.name, w.column_name), format(
            'the column has another type, %s: alter table %s alter column %I type %s', w.found_type, w.name,
            w.column_name, w.type
        ), true, false, false
    from wanted as w where w.found is not null and w.found_type <> w.type
    union all
    select
        w.entity, format('%s.%I', w.name, w.column_name), format(
            'the column has a collation by which different values are equal, %s: alter table %s alter column %I type %s',
            w.loose_collation, w.name, w.column_name, w.type
        ), true, false, false
    from wanted as w where w.found_type = w.type and w.loose_collation is not null
    union all
    -- One that was dropped and made anew is NULL in all rows. Numbers of columns would not tell: a restore renumbers them.
    select
        w.entity, format('%s.%I', w.name, w.column_name), format(
            'the column has no comment, as one that was made anew: if its values are whole, comment on column %s.%I is %L; '
            'if not, %s', w.name, w.column_name, w.comment, case
                when w.is_place then 'load with --replace'
                when w.column_name = '_gone_since' then 'a repair gives it, and the next whole dump marks rows anew'
                else 'a repair gives it, and the next load reads all records again'
            end
        ), true, w.column_name <> '_gone_since', not w.is_place
    from wanted as w
    where w.found is not null and w.comment is not null and w.found_comment is null
        and w.column_name <> all (w.key_columns)  -- with one of these the key goes, and its comment
    union all
    select
        r.entity, format('%s.%I', r.name, a.attname), format(
            'the loader does not know this column, which must have a value: alter table %s alter column %I drop not null',
            r.name, a.attname
        ), true, false, false
    from recorded as r
    join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where r.is_table and a.attnotnull and not a.atthasdef and a.attidentity = ''
        and not r.made -> 'columns' ? a.attname
    union all
    select r.entity, r.name, format('the key (%s) is missing', array_to_string(r.key_columns, ', ')), true, false, true
    from recorded as r
    where r.is_table and not exists (select 1 from wanted as w where w.name = r.name and w.is_place and w.found is null)
        and not exists (
            select 1 from pg_index as i
            where i.indrelid = r.oid and i.indisunique and i.indisvalid and i.indimmediate
                and i.indpred is null and i.indexprs is null and array(
                    select a.attname::text from pg_attribute as a
                    where a.attrelid = r.oid and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1]) order by 1
                ) = array(select k from unnest(r.key_columns) as k order by 1)
        )
    union all
    -- Only its owner can say that a table is the loader's still, and whose rows are in it; all of them are read again.
    select r.entity, r.name,
        'the comment on its key is missing, by which the loader knows that it has made the table' || case
            when g.is_given then '; a repair puts it back, and the next load reads all records again'
            else format('. If it has, comment on table %s is %L; if not, rename it', r.name, r.mark)
        end, true, true, g.is_given
    from recorded as r
    left join pg_constraint as k on k.conrelid = r.oid and k.contype = 'p'
    left join pg_description as x
        on x.classoid = 'pg_constraint'::regclass and x.objoid = k.oid and x.objsubid = 0
    cross join lateral (
        select coalesce(obj_description(r.oid, 'pg_class') = r.mark, false) as is_given
    ) as g
    where r.is_table and x.description is distinct from r.mark
        and not exists (select 1 from wanted as w where w.name = r.name and w.is_place and w.found is null)
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
'What somebody has dropped or altered of the tables that the loader made, and whether it can be mended.';
