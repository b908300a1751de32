-- Retries, times without the server, and all that went wrong in a load.
begin;
select plan(14);

create function pg_temp.claim(p_load bigint) returns bigint
language sql volatile as 'select lease_token from loader.claim_chunk($1, ''anna'')';

set local application_name = 'loader worker anna';
set local loader.now = '2026-01-01 12:00:00+00';
select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100), p_max_attempts => 3) as one \gset
select loader.plan_chunk(:source, loader.make_piece(2, 11, 10, 100), p_max_attempts => 3) as two \gset
select loader.plan_chunk(:source, loader.make_piece(3, 21, 10, 100), p_max_attempts => 3) as three \gset
select is_empty(
    'select * from loader.load_error where load_id = ' || :load, 'a load in which nothing went wrong has no errors'
);

select loader.note_retries(:load, :one, 2, '40P01', 'deadlock detected');
select loader.note_retries(:load, null, 3, '40001', 'could not serialize access');
select results_eq(
    'select retries from loader.load_status where load_id = ' || :load, 'select 5::bigint',
    'a load counts what was tried again'
);
select is(
    (select message from loader.event where kind = 'retried' and chunk_id = :one),
    format('chunk %s retried 2 times: deadlock detected', :one), 'an event says what and how often'
);
select is_empty(
    'select * from loader.load_error where load_id = ' || :load, 'what was mended by another try is no error'
);

select loader.note_outage(:load, 61.25, 9, 'connection refused');
select loader.note_outage(:load, 3, 4, 'connection refused');
select results_eq(
    'select outages, away from loader.load_status where load_id = ' || :load,
    $$values (2::bigint, interval '64.25 seconds')$$, 'a load adds up the times without the server'
);
select results_eq(
    $$select kind, detail from loader.event where kind ~ '^circuit' order by event_id limit 2$$,
    $$values ('circuit_opened', '{"since": "2026-01-01T11:58:58.75+00:00"}'::jsonb),
        ('circuit_closed', '{"tries": 9, "seconds": 61.250}')$$,
    'events tell since when, how long and with how many tries'
);

select loader.fail_chunk(:one, pg_temp.claim(:load), format('chunk %s: no such book', :one), p_terminal => true);
select loader.fail_chunk(:two, pg_temp.claim(:load), format('chunk %s: no such book', :two), p_terminal => true);
select loader.fail_chunk(:three, pg_temp.claim(:load), 'another one', p_terminal => true);
select results_eq(
    $$select kind, message, times, attempts, stands, cardinality(chunks), sources from loader.load_error
    where load_id = $$ || :load || ' order by message desc',
    $$values ('chunk_dead', 'no such book', 2::bigint, 1, true, 2, '{items.xml}'::text[]),
        ('chunk_dead', 'another one', 1, 1, true, 1, '{items.xml}')$$,
    'every dead chunk is told, the same text once'
);
select is(
    (select retries from loader.worker_status where load_id = :load and worker = 'anna'), 5::bigint,
    'a worker counts what it tried again'
);
select loader.requeue_chunk(:three);
select results_eq(
    $$select kind, stands from loader.load_error where message = 'another one'$$, $$values ('chunk_dead', false)$$,
    'what does not stand in the way any more is told as such'
);

select loader.note_worker_failure(:load, 'otto', 'no such file');
select loader.note_worker_failure(:load, 'otto', 'no such file');
select results_eq(
    $$select message, times from loader.load_error where kind = 'worker_failed'$$,
    $$values ('worker otto: no such file', 2::bigint)$$, 'a worker that could not go on is told'
);
select loader.claim_source(:load, 'anna');
select loader.fail_source(:source, (select lease_token from loader.source where source_id = :source), 'not XML');
select results_eq(
    $$select message, stands, sources from loader.load_error where kind = 'source_failed'$$,
    $$values ('not XML', true, '{items.xml}'::text[])$$, 'a source that cannot be read is told, once'
);
select is(
    (select count(*) from loader.load_error where load_id = :load), 4::bigint, 'each error is there once'
);
select throws_ok(
    format('call loader.finish_load(%s)', :load), 'LD005', null, 'a load with errors that stand cannot end'
);
select is(
    (select attempts from loader.load_error where message = 'no such book'), 1, 'with its attempts'
);

select * from finish();
rollback;
