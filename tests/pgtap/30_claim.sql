-- A chunk from planning to the lease and back.
begin;
select plan(30);

set local loader.now = '2026-01-01 12:00:00+00';
select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100)) as first,
    loader.plan_chunk(:source, loader.make_piece(2, 11, 10, 100)) as second \gset

select is(
    loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100)), :first::bigint,
    'planning again gives the chunk that is there'
);
select throws_ok(
    'select loader.plan_chunk(0, loader.make_piece(1, 1, 10, 100))', 'LD013', 'there is no source 0',
    'a chunk belongs to a source that is there'
);
select throws_ok(format(v.call, :source, :load), v.state, null, v.behaviour)
from (
    values
    ('select loader.plan_chunk(%s, loader.make_piece(3, 20, 10, 100))', '22023', 'a chunk has no records of another one'),
    ('select loader.plan_chunk(%s, loader.make_piece(3, 21, 0, 100))', '22023', 'a chunk has records'),
    ('select loader.plan_chunk(%s, loader.make_piece(0, 21, 1, 100))', '22023', 'chunks are numbered from 1'),
    ('select loader.finish_source(%s, null, ''digest'', 1000, null)', 'LD012', 'the end of a source says how many records it has'),
    ('select loader.register_source(%2$s, ''b.xml'', ''/b'', 1, ''{ghost}'')', 'LD013', 'a source holds entities that there are'),
    ('select loader.register_source(%2$s, ''b.xml'', ''/b'', 1, ''{}'')', '22023', 'a source holds some entity'),
    ('select loader.start_load(''shop'', ''merge'', ''{ghost}'')', 'LD013', 'a load is one of entities that there are'),
    ('select loader.drop_dataset(''ghost'')', 'LD013', 'a dataset that is not there cannot be dropped'),
    ('select loader.drop_objects(null, ''shop'')', 'LD013', 'no dataset is not all datasets')
) as v (call, state, behaviour);
select chunk_id as claimed, lease_token as token from loader.claim_chunk(:load, 'anna') \gset
select is(:claimed::bigint, :first::bigint, 'the first chunk is claimed first');
select results_eq(
    'select state, attempt, worker, leased_until from loader.chunk where chunk_id = ' || :first,
    $$values ('leased', 1, 'anna', timestamptz '2026-01-01 12:02:00+00')$$,
    'a claim leases the chunk for two minutes and counts as an attempt'
);
select is(
    (select c.chunk_id from loader.claim_chunk(:load, 'bert') as c), :second::bigint,
    'another worker gets the next chunk'
);
select is_empty(
    format('select * from loader.claim_chunk(%s, %L)', :load, 'carl'),
    'nobody gets a chunk that is leased'
);
select cmp_ok(
    (select lease_token from loader.chunk where chunk_id = :second), '>', :token::bigint,
    'the newer lease has the larger token'
);

set local loader.now = '2026-01-01 12:01:00+00';
select is(loader.heartbeat_chunk(:first, :token), 'renewed', 'a heartbeat renews the lease of its holder');
select is(
    (select leased_until from loader.chunk where chunk_id = :first), '2026-01-01 12:03:00+00',
    'a renewed lease runs from now'
);
select is(loader.heartbeat_chunk(:first, :token + 1000), 'lost', 'a heartbeat with another token says that the lease is lost');
select is(
    (select leased_until from loader.chunk where chunk_id = :first), '2026-01-01 12:03:00+00',
    'a heartbeat with another token renews nothing'
);

select throws_ok(
    format('select loader.fence_chunk(%s, %s)', :first, :token - 1), 'LD001', null,
    'a stale token does not pass the fence'
);
select throws_ok(
    format('call loader.merge_chunk(%s, %s)', :first, :token - 1), 'LD001', null,
    'a stale token cannot finish a chunk'
);
select throws_ok(
    format('select loader.release_chunk(%s, %s)', :first, :token - 1), 'LD001', null,
    'a stale token cannot release a chunk'
);
select throws_ok(
    format('select loader.fail_chunk(%s, %s, %L)', :first, :token - 1, 'x'), 'LD001', null,
    'a stale token cannot fail a chunk'
);

select lives_ok(format('select loader.release_chunk(%s, %s)', :first, :token), 'the holder can release its chunk');
select results_eq(
    'select state, max_attempts - attempt from loader.chunk where chunk_id = ' || :first,
    $$values ('ready', 5)$$,
    'a released chunk is ready, and the attempt does not count'
);
select is(
    (select outcome from loader.chunk_attempt where chunk_id = :first and attempt = 1), 'released',
    'the attempt says how it ended'
);
select is(loader.heartbeat_chunk(:first, :token), 'lost', 'the lease of a released chunk is lost');
select is_empty(
    format('select * from loader.claim_chunk(%s, %L, p_cursor => %s)', :load, 'carl', :first),
    'a claim looks only behind its floor'
);
select is(
    (select c.chunk_id from loader.claim_chunk(:load, 'carl') as c), :first::bigint,
    'from the start it finds the released chunk'
);

select * from finish();
rollback;
