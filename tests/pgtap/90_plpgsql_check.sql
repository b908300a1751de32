-- Every PL/pgSQL routine is sound, as far as plpgsql_check can tell. Skipped where the server has no such extension.
begin;
select exists (select from pg_available_extensions where name = 'plpgsql_check') as available \gset
select plan(2);

\if :available
set local client_min_messages = warning;
create schema plpgsql_check_of_test;
create extension plpgsql_check schema plpgsql_check_of_test;
set local search_path = public, tap, plpgsql_check_of_test;
-- Routines of a replace are about tables that are there only while one runs.
call discogs_stage.create_build(1);
call shop_stage.create_build(1);
select cmp_ok(
    (
        select count(*)::integer from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname in ('loader', 'shop_stage', 'discogs_stage') and p.prolang = (select oid from pg_language where lanname = 'plpgsql')
    ), '>', 60, 'there are routines to check'
);
select is_empty(
    $$select p.oid::regprocedure, c.lineno, c.level, c.message
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    cross join lateral plpgsql_check_function_tb(p.oid::regprocedure, fatal_errors => false, extra_warnings => false) as c
    where n.nspname in ('loader', 'shop_stage', 'discogs_stage')
        and p.prolang = (select oid from pg_language where lanname = 'plpgsql')
        and p.prorettype <> 'trigger'::regtype
        and c.level = 'error'$$,
    'no routine has an error'
);
\else
select diag('plpgsql_check is not installed on this server: routines are not checked');
select skip('no plpgsql_check', 2);
\endif

select * from finish();
rollback;
