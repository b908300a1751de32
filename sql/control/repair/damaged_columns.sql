create or replace function loader.damaged_columns(p_dataset text, p_place text)
returns table (entity text, object text, what text, blocks boolean, loses_values boolean, mendable boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
    -- The part of loader.list_damage about columns: missing or altered ones of the loader's, and users' columns that no
    -- load can fill.
    -- Columns are looked up one by one, by index (limit 1), because the catalogs may be those of thousands of tables.
    with recorded as materialized (
        select r.* from loader.recorded_tables(p_dataset, p_place) as r where r.is_table
    ), wanted as (
        select
            r.*, w.key as column_name, w.value ->> 'type' as type, a.attname as found, a.attnum, a.attnotnull,
            format_type(a.atttypid, a.atttypmod) as found_type,
            w.value ->> 'comment' as comment, x.description as found_comment,
            (select l.oid::regcollation from pg_collation as l where l.oid = a.attcollation and not l.collisdeterministic)
                as loose_collation,
            w.key = any (r.key_columns) or r.is_root and w.key in ('_source', '_record') as is_place, b.renamed
        from recorded as r
        join lateral jsonb_each(r.made -> 'columns') as w on w.key <> '_gone_since' or r.marks
        left join lateral (
            select a.* from pg_attribute as a
            where a.attrelid = r.oid and a.attname = w.key::name and a.attnum > 0 and not a.attisdropped
            limit 1
        ) as a on true
        left join lateral (
            select x.description from pg_description as x
            where x.classoid = 'pg_class'::regclass and x.objoid = r.oid and x.objsubid = a.attnum
            limit 1
        ) as x on true
        -- A column that the loader does not know, with the type and the comment of the missing one.
        left join lateral (
            select b.attname as renamed from pg_attribute as b
            where a.attname is null and b.attrelid = r.oid and b.attnum > 0 and not b.attisdropped
                and not r.made -> 'columns' ? b.attname and format_type(b.atttypid, b.atttypmod) = w.value ->> 'type'
                and col_description(b.attrelid, b.attnum) = w.value ->> 'comment'
            order by b.attnum limit 1
        ) as b on true
    )
    select
        w.entity, format('%s.%I', w.name, w.column_name), case
            when w.renamed is not null then format(
                'the column is missing, perhaps renamed: alter table %1$s rename column %2$I to %3$I; if that is another one, '
                'comment on column %1$s.%2$I is null', w.name, w.renamed, w.column_name
            )
            when w.column_name = any (w.key_columns)
                then 'the column of the key is missing: rename the table, then load with --replace'
            when w.is_place then 'the column is missing: load with --replace'
            when w.column_name = '_gone_since'
                then 'the column is missing, and with it the marks of missing records: the next full snapshot marks '
                'them again'
            else 'the column is missing'
        end, true, w.column_name <> '_gone_since', not w.is_place and w.renamed is null
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
    -- A column that was dropped and created again is NULL in all rows. Its number alone would not reveal this, because
    -- a restore renumbers columns. A column with a user's comment was created again if its number is behind those of
    -- all columns that the loader has made.
    select
        w.entity, format('%s.%I', w.name, w.column_name), format(
            'the column has %s, like one that was created again: if its values are complete, '
            'comment on column %s.%I is %L; if not, %s', case when w.found_comment is null then 'no comment' else 'another comment, and another place' end,
            w.name, w.column_name, w.comment, case
                when w.is_place then 'load with --replace'
                when w.column_name = '_gone_since' then 'a repair adds it, and the next full snapshot marks rows again'
                else 'a repair adds it, and the next load reads all records again'
            end
        ), true, w.column_name <> '_gone_since', not w.is_place
    from wanted as w
    where w.found is not null and w.comment is not null and (w.found_comment is null or w.found_comment <> w.comment
            and w.attnum > (select count(*) from jsonb_object_keys(w.made -> 'columns'))
            and (w.is_place or not w.attnotnull) and w.column_name <> '_gone_since')
        and w.column_name <> all (w.key_columns)  -- with one of these the key goes, and its comment
    union all
    select
        r.entity, format('%s.%I', r.name, a.attname), format(
            'the loader does not know this column, which must have a value: alter table %s alter column %I drop not null',
            r.name, a.attname
        ), true, false, false
    from recorded as r
    cross join lateral (
        select a.* from pg_attribute as a where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped offset 0
    ) as a
    where a.attnotnull and not a.atthasdef and a.attidentity = '' and not r.made -> 'columns' ? a.attname
        and a.attname not in (select w.renamed from wanted as w where w.name = r.name and w.renamed is not null)
$$;
comment on function loader.damaged_columns(text, text) is
'Columns of the loader''s tables that somebody has dropped or altered.';
