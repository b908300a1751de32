-- How routines are declared, and who may do what.
begin;
select plan(14);

create temporary view routine as
select p.oid, p.oid::regprocedure::text as name, p.prosrc, p.prosqlbody, p.prosecdef, p.proconfig, n.nspname, p.proname
from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('loader', 'shop_stage', 'shop_history', 'discogs_stage');

select cmp_ok((select count(*)::integer from routine), '>', 80, 'there are routines to look at');
select is_empty(
    $$select name from routine as r
    where r.prosqlbody is null
        and not exists (select from unnest(r.proconfig) as c where c ~ '^search_path=(loader|pg_catalog), pg_temp$')$$,
    'every routine pins its search_path, pg_temp last, or has had its names resolved when it was made'
);
select set_eq(
    $$select proname::text from routine where prosecdef and nspname = 'loader'$$,
    $$values
        ('assert_rejects'), ('claim_chunk'), ('claim_source'), ('fail_chunk'), ('fail_source'), ('fence_chunk'),
        ('fence_source'), ('find_load'), ('finish_source'), ('has_work'), ('heartbeat_chunk'), ('heartbeat_source'), ('leave_out'),
        ('locate_reject'),
        ('merge_chunk'), ('note_frozen_worker'), ('note_outage'), ('note_retries'), ('note_worker_failure'), ('plan_and_claim'),
        ('plan_chunk'), ('prepare_slot'), ('read_load'), ('read_source'), ('reject_record'), ('release_chunk'),
        ('release_session'), ('release_source'), ('restart_build'), ('roots_before'), ('stage_chunk'),
        ('take_left_out'), ('take_slot'), ('watch_load')$$,
    'what a worker calls runs with the rights of the owner, and nothing else of the control schema does'
);
select is_empty(
    $$select name from routine where prosecdef and nspname <> 'loader' and proname not like 'changed\_%'$$,
    'of the procedures of a dataset only the comparison with rows does'
);
select is_empty(
    $$select name from routine where prosecdef and has_function_privilege('public', oid, 'execute')$$,
    'what runs with the rights of the owner is not for everybody, though there are no roles'
);
select is_empty(
    $$select name from routine as r
    where r.proname in ('claim_chunk', 'claim_source', 'reclaim_expired')
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
