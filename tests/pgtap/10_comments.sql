-- Everything that the loader makes says what it is. Partitions of staging say it through their parents.
begin;
select plan(7);

-- The next version of a dataset, as a replace leaves it for publication.
call shop_stage.create_build(1);
call shop_stage.build_item();
call shop_stage.build_item_tag();

create temporary view ours as
select n.oid, n.nspname from pg_namespace as n
where n.nspname = 'loader' or n.nspname in ('shop', 'shop_stage', 'shop_build', 'shop_history', 'discogs', 'discogs_stage');

select results_eq(
    'select count(*)::integer from ours', array[7],
    'the schemas that are looked at are there'
);
select is_empty(
    $$select nspname from ours where obj_description(oid, 'pg_namespace') is null$$,
    'every schema has a comment'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c join ours as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition and obj_description(c.oid, 'pg_class') is null$$,
    'every table and view has a comment'
);
select is_empty(
    $$select c.oid::regclass, a.attname from pg_class as c join ours as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'c') and not c.relispartition and col_description(c.oid, a.attnum) is null$$,
    'every column of a table or a type has a comment'
);
select is_empty(
    $$select p.oid::regprocedure from pg_proc as p join ours as n on n.oid = p.pronamespace
    where obj_description(p.oid, 'pg_proc') is null$$,
    'every function and procedure has a comment'
);
select is_empty(
    $$select t.oid::regtype from pg_type as t join ours as n on n.oid = t.typnamespace
    left join pg_class as c on c.oid = t.typrelid
    where (t.typtype in ('d', 'e', 'r') or c.relkind = 'c') and obj_description(t.oid, 'pg_type') is null$$,
    'every type of its own has a comment'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c join ours as n on n.oid = c.relnamespace
    where c.relkind in ('i', 'S') and obj_description(c.oid, 'pg_class') is null
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
        )
        and not exists (select from pg_inherits as i where i.inhrelid = c.oid)$$,
    'every index and sequence has a comment, unless it belongs to a constraint or an identity column'
);

select * from finish();
rollback;
