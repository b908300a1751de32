-- The queue's routines find their rows by the index made for them, among 10,000 chunks.
begin;
select plan(12);

select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
insert into loader.chunk (load_id, source_id, number, weight, first_record, records, read, unchanged, state)
select :load, :source, n, 1, n, 1, (n <= 4000)::integer, (n <= 4000)::integer, case when n <= 4000 then 'done' else 'ready' end
from generate_series(1, 10000) as n;
update loader.chunk set
    state = 'leased', lease_token = nextval('loader.lease_token'), attempt = 1,
    leased_until = clock_timestamp() + interval '1 hour'
where number between 4001 and 4016;
insert into loader.chunk_attempt (chunk_id, attempt, lease_token, worker, backend_pid, started_at)
select c.chunk_id, c.attempt, c.lease_token, 'tap', 0, clock_timestamp() from loader.chunk as c where c.state = 'leased';
analyze loader.chunk;

-- Scans so far in this transaction: of an index, and sequential ones of the table.
create function pg_temp.scans(regclass) returns bigint
language sql volatile as 'select pg_stat_get_xact_numscans($1)';

select pg_temp.scans('loader.chunk_ready') as ready, pg_temp.scans('loader.chunk_leased') as leased,
    pg_temp.scans('loader.chunk') as sequential \gset
select is(
    (select c.number from loader.claim_chunk(:load, 'tap') as c), 4017,
    'the first ready chunk is claimed'
);
select cmp_ok(pg_temp.scans('loader.chunk_ready'), '>', :ready::bigint, 'claim_chunk reads the index chunk_ready');
select cmp_ok(pg_temp.scans('loader.chunk_leased'), '>', :leased::bigint, 'its sweep reads the index chunk_leased');
select is(pg_temp.scans('loader.chunk'), :sequential::bigint, 'neither reads the whole table');

select pg_temp.scans('loader.chunk_leased') as leased \gset
update loader.chunk set leased_until = clock_timestamp() - interval '1 second' where number = 4003;
select pg_temp.scans('loader.chunk') as sequential \gset
select is(loader.reclaim_expired(:load), 1, 'reclaim_expired takes back the one expired lease');
select is(
    (pg_temp.scans('loader.chunk_leased') > :leased, pg_temp.scans('loader.chunk') = :sequential)::text, '(t,t)',
    'reclaim_expired reads the index chunk_leased, and never the whole table'
);

select pg_temp.scans('loader.chunk_ready') as ready, pg_temp.scans('loader.chunk') as sequential \gset
select is(
    (select mod(c.source_id + c.number, 4) from loader.claim_chunk(:load, 'tap', p_partition => 3,
        p_partitions => 4) as c), 2::bigint,
    'a claim of a share gives a chunk of it'
);
select is(
    (pg_temp.scans('loader.chunk_ready') > :ready, pg_temp.scans('loader.chunk') = :sequential)::text, '(t,t)',
    'it reads the index chunk_ready, and never the whole table'
);
create function pg_temp.plan_of(text) returns setof text
language plpgsql as 'begin return query execute ''explain (verbose, costs off) '' || $1; end';
select is_empty(
    $$select p
        from pg_temp.plan_of(
            'select 1 from loader.chunk as c where loader.in_partition(c.source_id, c.number, 3, 4)'
        ) as p
    where p like '%in_partition%'$$,
    'the expression of in_partition stands in the plan, not a call'
);
select is_empty(
    $$select p from pg_temp.plan_of('select loader.record_id(c.source_id, c.first_record) from loader.chunk as c') as p
    where p like '%record_id(%'$$,
    'so does that of record_id'
);
select throws_ok(
    format('select loader.claim_chunk(%s, %L, p_partition => 5, p_partitions => 4)', :load, 'tap'), '22023',
    'a partition is 1/N to N/N, not 5/4', 'there is no share behind the last'
);
select throws_ok(
    format('select loader.has_work(%s, p_partitions => 4)', :load), '22023', 'a partition is 1/N to N/N, not null/4',
    'a number of shares goes with one of them'
);

select * from finish();
rollback;
