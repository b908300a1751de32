-- Group roles: what is said to a DBA, what is handed over and granted, and what is taken again.
begin;
select plan(23);

select set_eq(
    $$select statement from loader.role_statements('tap', 'postgres') where is_needed and statement like 'create role %'$$,
    array['create role tap_owner nologin', 'create role tap_worker nologin', 'create role tap_reader nologin'],
    'a DBA is told to make three groups'
);
select throws_ok(
    $$select loader.set_roles('tap')$$, '42704', 'the roles are not there yet', 'without them no roles can be set'
);
select throws_ok(
    $$select * from loader.role_statements(repeat('x', 57))$$, '42622', null, 'names that would be cut off are refused'
);
select is_empty('select * from loader.missing_grants()', 'without roles there is nothing to be granted');

create role tap_owner nologin;
create role tap_worker nologin;
create role tap_reader nologin;
create role "tap;a" login;
grant create on database :"DBNAME" to tap_owner;
select set_eq(
    $$select statement from loader.role_statements('tap', 'tap;a')$$,
    array[
        'grant tap_owner to "tap;a"', 'grant pg_read_all_stats to tap_owner', 'grant pg_signal_backend to tap_owner'
    ],
    'a DBA is told only what is missing, names quoted'
);
select lives_ok($$select loader.set_roles('tap')$$, 'roles that are there can be set');
select results_eq(
    $$select level, role_name, loader.role_of(level) from loader.access_role order by 1$$,
    $$values ('owner', 'tap_owner', 'tap_owner'), ('reader', 'tap_reader', 'tap_reader'),
        ('worker', 'tap_worker', 'tap_worker')$$,
    'they are noted'
);
select is_empty('select * from loader.missing_grants()', 'all of their rights are granted');
select is_empty(
    $$select c.oid::regclass from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname ~ '^(loader|(shop|discogs|market)(_\w+)?)$' and c.relowner <> 'tap_owner'::regrole
        and c.relkind in ('r', 'p', 'v', 'S', 'i', 'c')$$,
    'all relations belong to the owner'
);
select is_empty(
    $$select p.oid::regprocedure from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname ~ '^(loader|(shop|discogs|market)(_\w+)?)$' and p.proowner <> 'tap_owner'::regrole$$,
    'all routines belong to the owner'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname ~ '^(loader|(shop|discogs|market)(_\w+)?)$' and c.relkind in ('r', 'p', 'v')
        and has_table_privilege('tap_worker', c.oid, 'select, update, delete, truncate, references, trigger')$$,
    'a worker reads and changes no table'
);
select is_empty(
    $$select c.oid::regclass from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname ~ '^(loader|(shop|discogs|market)(_\w+)?)$' and c.relkind in ('r', 'p', 'v')
        and has_table_privilege('tap_reader', c.oid, 'insert, update, delete, truncate, references, trigger')$$,
    'a reader changes no table'
);

set local role tap_owner;
select loader.start_load('shop', 'merge') as load \gset
select loader.prepare_slot('shop', 7);
reset role;
select ok(
    has_table_privilege('tap_worker', 'shop_stage.item_s7', 'insert')
    and has_table_privilege('tap_worker', 'shop_stage.item_text_s7', 'insert')
    and has_table_privilege('tap_worker', 'shop_build.item', 'insert'),
    'a worker may COPY into slots and builds that are made later'
);
select is(
    has_table_privilege('tap_worker', 'shop_build._canary', 'insert'), false, 'a worker cannot write the canary'
);
select is_empty('select * from loader.missing_grants()', 'nothing is missing after a load has begun');

create table shop.left_over (id integer);
comment on table shop.left_over is 'Made by the loader.';
select loader.record_objects('shop', 'shop', '{left_over}');
grant insert on shop.left_over to tap_worker;
select set_eq(
    'select * from loader.missing_grants()',
    array['grant select on shop.left_over to tap_reader', 'revoke all on shop.left_over from tap_worker'],
    'a table that was published is taken from the worker and shown to the reader'
);
select lives_ok('select loader.grant_access()', 'that can be set right');

create function shop.mine() returns integer language sql security definer as 'select 1';
select is_empty('select * from loader.missing_grants()', 'a routine of users beside their tables stays as they have set it');

create role tap_lender nologin;
create table shop.before (id integer);
create table shop.after (id integer);
grant select on shop.before to tap_lender with grant option;
grant usage on schema shop to tap_lender;
set local role tap_lender;
grant select on shop.before to "tap;a";
reset role;
alter table shop.before owner to tap_owner;
alter table shop.after owner to tap_owner;
revoke usage on schema shop from tap_lender;
select loader.carry_grants(array['shop.before'::regclass::oid], array['shop.after'::regclass::oid], null);
select results_eq(
    $$select grantee, grantor from loader.list_grants(array['shop.after'::regclass::oid])$$,
    $$select grantee, grantor from loader.list_grants(array['shop.before'::regclass::oid])$$,
    'grants that a role has passed on stay its own, also where it does not see the schema'
);
revoke all on shop.after from tap_lender cascade;
grant tap_owner to "tap;a";
set session authorization "tap;a";
set local role tap_owner;
select loader.carry_grants(array['shop.before'::regclass::oid], array['shop.after'::regclass::oid], null);
reset session authorization;
select is(
    (select string_agg(concat(g.grantee, g.grantor), ' ' order by length(g.grantee))
        from loader.list_grants(array['shop.after'::regclass::oid]) as g
        where g.grantee in ('"tap;a"', 'tap_lender')),
    '"tap;a" tap_lender', 'they stay as grants of the owner where the session may not act as the role'
);
select is(
    (select e.message from loader.event as e where e.kind = 'grantor_changed'),
    'what tap_lender has granted to "tap;a" on shop.before is granted by the owner now: '
    || 'the role that loads may not act as tap_lender',
    'which is said'
);

select throws_ok(
    format('select loader.reject_record(%s, 0, %L, 1, %L, %L)', 0, 'item', 'type', 'x'), 'LD001',
    'the lease 0 of chunk 0 is lost',
    'a reject belongs to a chunk that somebody holds'
);
select is(
    (select bool_and(loader.may_end(r.oid)) from pg_roles as r), true, 'a superuser may end the sessions of all'
);

select * from finish();
rollback;
