-- How routines are declared, and who may do what.
begin;
select plan(12);

create temporary view routine as
select p.oid, p.oid::regprocedure::text as name, p.prosrc, p.prosecdef, p.proconfig, n.nspname, p.proname
from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('loader', 'shop_stage', 'shop_history', 'discogs_stage');

select cmp_ok((select count(*)::integer from routine), '>', 80, 'there are routines to look at');
select is_empty(
    $$select name from routine as r
    where not exists (select from unnest(r.proconfig) as c where c ~ '^search_path=(loader|pg_catalog), pg_temp$')$$,
    'every routine pins its search_path, pg_temp last'
);
select is_empty(
    $$select name from routine where prosecdef$$,
    'no routine runs with the rights of its owner'
);
select is_empty(
    $$select name from routine as r
    where r.proname in ('claim_chunk', 'claim_source', 'sweep_chunks')
        and not 'plan_cache_mode=force_custom_plan' = any (r.proconfig)$$,
    'what claims is planned anew each time'
);
select isnt_empty(
    $$select name from routine where nspname like '%\_stage' and prosrc like '%p\_slot%'$$,
    'there are routines that read staging parents'
);
select is_empty(
    $$select name from routine as r
    where r.nspname like '%\_stage' and r.prosrc like '%p\_slot%'
        and not 'plan_cache_mode=force_custom_plan' = any (r.proconfig)$$,
    'what reads a staging parent is planned anew each time: a generic plan locks the partitions of all workers'
);
select is_empty(
    $$select name from routine where prosrc ~* 'drop\s+(table|schema|view|function|procedure)[^;'']*\scascade'$$,
    'nothing is dropped with cascade'
);

create role tap_stranger;
select is(has_schema_privilege('tap_stranger', 'loader', 'usage'), false, 'a role without grants has no way into loader');
select is(
    has_schema_privilege('tap_stranger', 'shop_stage', 'usage'), false,
    'a role without grants has no way into the staging of a dataset'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('loader', 'shop_stage', 'discogs_stage') and c.relkind in ('r', 'p', 'v', 'S')
        and has_table_privilege('tap_stranger', c.oid, 'select, insert, update, delete')$$,
    'a role without grants has no right to any table of the manifest or of staging'
);
grant usage on schema tap to tap_stranger;
set local role tap_stranger;
select throws_ok('select * from loader.load', '42501', null, 'a stranger cannot read the manifest');
select throws_ok(
    $$select loader.requeue_chunk(1)$$, '42501', null, 'a stranger cannot call a routine'
);
reset role;

select * from finish();
rollback;
