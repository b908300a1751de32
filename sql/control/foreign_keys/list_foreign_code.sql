create or replace function loader.list_foreign_code(p_table oid)
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Code of others that would run with the rights of the current role if it read a table with a foreign key, or
    -- validated this key, one line each: when the server plans a query, it evaluates what is constant in the expressions
    -- of indexes, statistics objects and partition keys, and values of a key are converted by casts of its type. Nothing
    -- is listed if the owner of the table has the rights of the current role. Reads the catalogs.
    with recursive part as materialized (
        select c.oid from pg_class as c where c.oid = p_table and not pg_has_role(c.relowner, current_user, 'usage')
        union
        select i.inhrelid from part as p join pg_inherits as i on i.inhparent = p.oid
    ), used as (
        select d.refclassid, d.refobjid
        from part as p
        join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = p.oid and d.objsubid = 0
        union
        select d.refclassid, d.refobjid
        from part as p
        join pg_index as i on i.indrelid = p.oid
        join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
        union
        select d.refclassid, d.refobjid
        from part as p
        join pg_statistic_ext as e on e.stxrelid = p.oid
        join pg_depend as d on d.classid = 'pg_statistic_ext'::regclass and d.objid = e.oid
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
$$;
comment on function loader.list_foreign_code(oid) is
'Code of others that would run with the rights of the current role if it read a table with a foreign key.';
