-- What the loader takes for granted of a server.
begin;

select plan(3);

select cmp_ok(
    current_setting('server_version_num')::integer, '>=', 150000,
    'the server is PostgreSQL 15 or newer'
);
select is(
    getdatabaseencoding()::text, 'UTF8',
    'the database is UTF8'
);
select is(
    current_setting('default_transaction_isolation'), 'read committed',
    'transactions are READ COMMITTED unless they say otherwise'
);

select * from finish();
rollback;
