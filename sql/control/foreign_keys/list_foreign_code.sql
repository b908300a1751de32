create or replace function loader.list_foreign_code(p_table oid)
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Code of others that would run with the rights of the current role if it read a table with a foreign key, or
    -- validated this key, one line each: when the server plans a query, it evaluates what is constant in the
    -- expressions of indexes, statistics objects, partition keys, check constraints and the virtual columns that these
    -- use; values of a key are converted by casts of its type; and foreign tables are read with the user mapping of
    -- this role. This is so for every table that inherits from this one, whoever may own it; what belongs to tables
    -- whose owner has the rights of the current role counts as safe. Reads the catalogs.
    with recursive family as (
        select p_table as oid
        union
        select i.inhrelid from family as p join pg_inherits as i on i.inhparent = p.oid
    ), part as materialized (
        select c.oid from family as f join pg_class as c using (oid) where not pg_has_role(c.relowner, current_user, 'usage')
    ), item as (
        select 'pg_class'::regclass as class_oid, p.oid from part as p
        union all
        select 'pg_class'::regclass, i.indexrelid from part as p join pg_index as i on i.indrelid = p.oid
        union all
        select 'pg_statistic_ext'::regclass, e.oid from part as p join pg_statistic_ext as e on e.stxrelid = p.oid
        union all
        select 'pg_constraint'::regclass, k.oid from part as p join pg_constraint as k on k.conrelid = p.oid
        where k.contype = 'c'
        union all
        select 'pg_attrdef'::regclass, x.oid
        from part as p
        join pg_attribute as a on a.attrelid = p.oid and a.attgenerated = 'v'
        join pg_attrdef as x on x.adrelid = a.attrelid and x.adnum = a.attnum
    ), used as (
        select distinct d.refclassid, d.refobjid
        from item as i join pg_depend as d on d.classid = i.class_oid and d.objid = i.oid and d.objsubid = 0
    ), key_type as (
        select a.atttypid as oid
        from part as p
        join pg_constraint as k on k.conrelid = p.oid and k.contype = 'f'
        join pg_attribute as a on a.attrelid = p.oid and a.attnum = any (k.conkey)
        union
        select t.typbasetype from key_type as k join pg_type as t on t.oid = k.oid where t.typbasetype <> 0
    )
    select format('%s of %I', pg_describe_object(c.class_oid, c.oid, 0), pg_get_userbyid(c.owner))
    from (
        select 'pg_proc'::regclass, f.oid, f.proowner
        from used as u join pg_proc as f on u.refclassid = 'pg_proc'::regclass and f.oid = u.refobjid
        union
        select 'pg_operator'::regclass, o.oid, o.oprowner
        from used as u join pg_operator as o on u.refclassid = 'pg_operator'::regclass and o.oid = u.refobjid
        union
        select 'pg_type'::regclass, t.oid, t.typowner
        from key_type as k join pg_type as t on t.oid = k.oid and t.typtype <> 'd'
    ) as c (class_oid, oid, owner)
    where not pg_has_role(c.owner, current_user, 'usage')
    union
    -- Its server may be reached with the rights of the current role, and runs what its owner has put there.
    select format('foreign table %s of %I', p.oid::regclass, pg_get_userbyid(c.relowner))
    from part as p join pg_class as c on c.oid = p.oid and c.relkind = 'f'
$$;
comment on function loader.list_foreign_code(oid) is
'Code of others that would run with the rights of the current role if it read a table with a foreign key.';
