-- A load that stands still is found, once, with who holds what; and one that has too many rejects.
begin;
select plan(21);

set local loader.now = '2101-01-01 12:00:00+00';
select loader.start_load('shop', 'merge') as load \gset
update loader.load set started_at = loader.clock() where load_id = :load;
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset

set local loader.now = '2101-01-01 12:04:59+00';
select is_empty(
    format('select * from loader.watch_load(%s)', :load), 'a load that began less than 5 minutes ago is no stall'
);
set local loader.now = '2101-01-01 12:05:00+00';
select results_eq(
    format('select is_new, message from loader.watch_load(%s)', :load),
    format(
        $$values (true, 'load %s has made no progress since %s: nobody holds a chunk or a source')$$,
        :load, '2101-01-01 12:00:00+00'
    ),
    'after 5 minutes nobody works on it'
);
select results_eq(
    format('select is_new from loader.watch_load(%s)', :load), 'values (false)',
    'who asks again hears the same, and that it is known'
);
select is(
    (select count(*) from loader.event where load_id = :load and kind = 'load_stalled' and level = 'critical'),
    1::bigint,
    'a stall is one critical event'
);
select is(
    (select stalled_since from loader.load_status where load_id = :load), '2101-01-01 12:00:00+00',
    'and stands in the status'
);
select is_empty(
    format('select * from loader.watch_load(%s, ''6 minutes'')', :load), 'with more patience there is none'
);
select is_empty(
    format('select * from loader.watch_load(%s, p_since => %L)', :load, '2101-01-01 12:00:01+00'),
    'who has begun to work on it a moment ago has 5 minutes of his own'
);

select lease_token as token from loader.claim_source(:load, 'anna') \gset
select is(
    (select stalled_since from loader.load_status where load_id = :load), '2101-01-01 12:00:00+00',
    'a claim is no progress'
);
select loader.heartbeat_source(:source, :token, 500) as beat \gset
select is(
    (select stalled_since from loader.load_status where load_id = :load), null,
    'a planner that has read more ends the stall'
);
set local loader.now = '2101-01-01 12:10:00+00';
select loader.heartbeat_source(:source, :token, 500) as beat \gset
select matches(
    (select message from loader.watch_load(:load)), 'anna holds items.xml since 2101-01-01 12:05:00\+00',
    'one that has read nothing more stands still, whatever its heartbeat says'
);
select is(
    (select count(*) from loader.event where load_id = :load and kind = 'load_stalled'), 2::bigint,
    'another stall is another event'
);
select is(
    (select detail #>> '{holders,0,pid}' from loader.event where kind = 'load_stalled' order by event_id desc limit 1),
    pg_backend_pid()::text, 'the event has the server process of who holds it'
);

select loader.plan_chunk(:source, loader.make_piece(1, 1, 2000, 100)) as chunk \gset
select loader.plan_chunk(:source, loader.make_piece(2, 2001, 2000, 100)) as other \gset
select loader.finish_source(:source, :token, 'x', 200, 4000) as state \gset
set local loader.now = '2101-01-01 12:14:59+00';
select is_empty(format('select * from loader.watch_load(%s)', :load), 'a source that was planned is progress');
update loader.chunk set state = 'done', read = 2000, inserted = 1900, rejected = 100, done_at = loader.clock()
where chunk_id = :chunk;
set local loader.now = '2101-01-01 12:19:00+00';
select is_empty(format('select * from loader.watch_load(%s)', :load), 'so is a chunk that is done');

update loader.load set settings = settings || '{"max_rejects": {"share": 0.03, "count": 100}}' where load_id = :load;
select lives_ok(
    format('select loader.assert_rejects(%s)', :load),
    'rejects up to the number are let pass, as the rest may be good'
);
update loader.load set settings = settings || '{"max_rejects": {"share": 0.03, "count": 99}}' where load_id = :load;
select throws_ok(
    format('select loader.assert_rejects(%s)', :load), 'LD009',
    '100 of 2000 records were rejected, more than max_rejects allows (99)',
    'more than the number are not, while others load'
);
update loader.load set settings = settings || '{"max_rejects": {"share": 0.024, "count": 5000}}' where load_id = :load;
select throws_ok(
    format('select loader.assert_rejects(%s)', :load), 'LD009',
    '100 records of item were rejected, more than max_rejects allows (96)',
    'nor is a share that no good record can mend'
);
update loader.source set state = 'planning', lease_token = 1, leased_until = loader.clock() where source_id = :source;
select lives_ok(format('select loader.assert_rejects(%s)', :load), 'which is not known before all sources are planned');
update loader.source set state = 'planned', lease_token = null where source_id = :source;

update loader.chunk set state = 'done', read = 2000, inserted = 2000, done_at = loader.clock() where chunk_id = :other;
set local loader.now = '2101-01-01 13:00:00+00';
select is_empty(
    format('select * from loader.watch_load(%s)', :load), 'what follows the last chunk takes as long as it takes'
);
select is((select stalled_since from loader.load_status where load_id = :load), null, 'and is no stall in the status');

-- A monitor may read the view, and nothing else.
create role loader_test_monitor;
grant usage on schema loader to loader_test_monitor;
grant select on loader.load_status to loader_test_monitor;
set local role loader_test_monitor;
select count(last_progress) as seen from loader.load_status \gset
reset role;
select is(:seen, 1, 'who may read the status and no table sees the progress of an open load');

select * from finish();
rollback;
