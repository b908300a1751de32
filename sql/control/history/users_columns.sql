create or replace function loader.users_columns(p_dataset text, p_entity text)
returns table (
    table_name text, name text, changes text, keys text, version text, path text[], columns text[], types text[]
)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Tables of an entity to which users have added writable columns, root first: name as SQL, change table of the
    -- entity, the condition that rows t and r have the same key, the rows of a stored version (c.before) as JSON, and
    -- their path in it.
    select
        t.table_name, o.oid::regclass::text, format('%I.%I', d.dataset || '_history', r.table_name || '_change'),
        (select string_agg(format('t.%1$I = r.%1$I', k.name), ' and ') from unnest(t.key_columns) as k (name)),
        case
            when t.is_root then 'jsonb_build_array(c.before -> ''row'')'
            else format('c.before -> ''children'' -> %L', t.table_name)
        end,
        case when t.is_root then array['row'] else array['children', t.table_name] end, u.columns, u.types
    from dataset as d
    join dataset_table as t on t.dataset = d.dataset and t.entity = p_entity
    join dataset_table as r on r.dataset = d.dataset and r.entity = p_entity and r.is_root
    cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
    cross join made_as(array[o.oid]) as m
    cross join lateral (
        select
            array_agg(a.attname::text order by a.attnum) as columns,
            array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
        from pg_attribute as a
        where a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = '' and a.attidentity <> 'a'
            and m.made ? 'columns' and not m.made -> 'columns' ? a.attname
    ) as u
    where d.dataset = p_dataset and u.columns is not null
    order by t.position
$$;
comment on function loader.users_columns(text, text) is 'Tables of an entity to which users have added columns.';
