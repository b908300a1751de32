create or replace function loader.carried_columns(p_old oid[], p_new oid[])
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Statements that give the columns of relations and of their indexes what users have set on those that they
    -- replace: comments, statistics targets, storage, compression, options. See loader.carried_properties.
    with col as (
        select o.*, n.attnum as new_number, n.attname as name, o.atttypid = n.atttypid as same_type,
            coalesce(n.attstattarget, -1) as new_target, n.attstorage as new_storage,
            n.attcompression as new_compression, n.attoptions as new_options, p.kind, p.new_oid,
            p.was -> 'columns' -> n.attname as was, p.now -> 'columns' -> n.attname as now,
            format('alter %s %s alter column %s', p.kind, p.new_oid::regclass, case p.kind
                when 'index' then n.attnum::text else quote_ident(n.attname)
            end) as alter_column
        from carried_pairs(p_old, p_new) as p
        join pg_attribute as o on o.attrelid = p.old_oid and o.attnum > 0 and not o.attisdropped
        join pg_attribute as n on n.attrelid = p.new_oid and not n.attisdropped and n.attname = o.attname
    )
    select format('%s set statistics %s', c.alter_column, coalesce(c.attstattarget, -1)) from col as c
    where coalesce(c.attstattarget, -1) <> c.new_target
    union all
    select format('%s set storage %s', c.alter_column, case c.attstorage
        when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end)
    from col as c where c.kind = 'table' and c.same_type and c.attstorage <> c.new_storage
    union all
    select format('%s set compression %s', c.alter_column, case c.attcompression
        when 'p' then 'pglz' when 'l' then 'lz4' else 'default' end)
    from col as c where c.kind = 'table' and c.same_type and c.attcompression <> c.new_compression
    union all
    select format('%s reset (%s)', c.alter_column, (
        select string_agg(split_part(x, '=', 1), ', ') from unnest(c.new_options) as x
    )) from col as c where c.kind = 'table' and c.new_options is not null and c.new_options is distinct from c.attoptions
    union all
    select format('%s set (%s)', c.alter_column, array_to_string(c.attoptions, ', ')) from col as c
    where c.kind = 'table' and c.attoptions is not null and c.new_options is distinct from c.attoptions
    union all
    select format('comment on column %s.%I is %L', c.new_oid::regclass, c.name, w.text)
    from col as c
    left join pg_description as o
        on o.classoid = 'pg_class'::regclass and o.objoid = c.attrelid and o.objsubid = c.attnum
    left join pg_description as n
        on n.classoid = 'pg_class'::regclass and n.objoid = c.new_oid and n.objsubid = c.new_number
    cross join carried_comment(o.description, c.was, c.now, n.description) as w (text)
    -- list_damage would take a column without a comment for one that a user has added.
    where c.kind = 'table' and o.description is distinct from n.description and w.text <> coalesce(n.description, '')
$$;
comment on function loader.carried_columns(oid[], oid[]) is
'Statements that give new columns the properties that users have set on the old ones.';
