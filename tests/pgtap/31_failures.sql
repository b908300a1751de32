-- What becomes of a chunk whose attempts fail or whose worker falls silent.
begin;
select plan(24);

create function pg_temp.claim(p_load bigint) returns bigint
language sql volatile as 'select lease_token from loader.claim_chunk($1, ''anna'')';

set local loader.now = '2026-01-01 12:00:00+00';
select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100), p_max_attempts => 3) as chunk \gset

select is(
    loader.fail_chunk(:chunk, pg_temp.claim(:load), 'no disk'), 'ready',
    'a chunk that failed with attempts left is ready again'
);
select ok(
    (select ready_at > '2026-01-01 12:00:00.49+00' and ready_at <= '2026-01-01 12:00:01+00'
    from loader.chunk where chunk_id = :chunk),
    'after the first failure it rests for one pause, of which at most half is left out'
);
select is(pg_temp.claim(:load), null, 'nobody gets it during its rest');
set local loader.now = '2026-01-01 12:00:01+00';
select is(
    loader.fail_chunk(:chunk, pg_temp.claim(:load), 'no disk'), 'ready',
    'it can be claimed when its rest is over'
);
select ok(
    (select ready_at > '2026-01-01 12:00:01.99+00' and ready_at <= '2026-01-01 12:00:03+00'
    from loader.chunk where chunk_id = :chunk),
    'each failure doubles the rest'
);
set local loader.now = '2026-01-01 12:00:03+00';
select is(
    loader.fail_chunk(:chunk, pg_temp.claim(:load), 'no disk'), 'dead',
    'it is dead when its attempts are used up'
);
set local loader.now = '2026-01-02 12:00:00+00';
select is(pg_temp.claim(:load), null, 'nobody gets a dead chunk');
select results_eq(
    'select attempt, outcome, error from loader.chunk_attempt order by attempt',
    $$values (1, 'failed', 'no disk'), (2, 'failed', 'no disk'), (3, 'failed', 'no disk')$$,
    'every attempt is kept with its error'
);
select results_eq(
    'select kind, level from loader.event where chunk_id = ' || :chunk || ' order by event_id',
    $$values ('chunk_failed', 'warning'), ('chunk_failed', 'warning'), ('chunk_dead', 'critical')$$,
    'failures are warnings, a death is critical'
);
select throws_ok(
    format('call loader.finish_load(%s)', :load), 'LD005', null,
    'a load with a dead chunk cannot end'
);

select lives_ok(format('select loader.requeue_chunk(%s)', :chunk), 'a person can put it back into the queue');
select results_eq(
    'select state, attempt, error from loader.chunk where chunk_id = ' || :chunk,
    $$values ('ready', 0, null::text)$$,
    'it begins anew'
);
select throws_ok(
    format('select loader.requeue_chunk(%s)', :chunk), 'LD013', null,
    'only a dead chunk can be put back'
);
select is(
    loader.fail_chunk(:chunk, pg_temp.claim(:load), 'not XML', p_terminal => true), 'dead',
    'an error that trying again cannot mend kills it at once'
);
select loader.requeue_chunk(:chunk);

set local loader.now = '2026-01-03 12:00:00+00';
select pg_temp.claim(:load) as token \gset
set local loader.now = '2026-01-03 12:02:00+00';
select is(loader.reclaim_expired(:load), 0, 'a lease holds to its last moment');
set local loader.now = '2026-01-03 12:02:01+00';
select is(loader.reclaim_expired(:load), 1, 'an expired lease is taken back');
select results_eq(
    format('select state, lease_token from loader.chunk where chunk_id = %s', :chunk),
    $$values ('ready', null::bigint)$$,
    'its chunk is ready'
);
select is(loader.heartbeat_chunk(:chunk, :token), 'lost', 'its holder is told that the lease is lost');
select throws_ok(
    format('select loader.fence_chunk(%s, %s)', :chunk, :token), 'LD001', null,
    'its holder does not pass the fence any more'
);
select isnt(pg_temp.claim(:load), :token::bigint, 'the next claim gives a lease of its own');
update loader.chunk set attempt = max_attempts where chunk_id = :chunk;
update loader.chunk_attempt set attempt = (select attempt from loader.chunk where chunk_id = :chunk)
where chunk_id = :chunk and outcome is null;
set local loader.now = '2026-01-04 12:00:00+00';
select is(loader.reclaim_expired(:load), 1, 'a lease of the last attempt is taken back too');
select is(
    (select state from loader.chunk where chunk_id = :chunk), 'dead',
    'a chunk that outlived its attempts so is dead: it may be what kills the workers'
);

select loader.requeue_chunk(:chunk);
set local loader.now = '2026-01-05 12:00:00+00';
select lease_token as token from loader.claim_chunk(:load, 'anna', '1 second') \gset
set local loader.now = '2026-01-05 12:00:02+00';
select cmp_ok(
    pg_temp.claim(:load), '>', :token::bigint,
    'a claim that finds nothing ready takes back what has expired, however lately a sweep was'
);

-- The number of a process that is there, and is none of this database: that of a worker in a copy of its database.
update loader.chunk_attempt set backend_pid = (select pid from pg_stat_activity where backend_type = 'checkpointer')
where chunk_id = :chunk and outcome is null;
select is(loader.reclaim_expired(:load, p_vanished => true), 1, 'sessions of other databases hold no lease here');

select * from finish();
rollback;
