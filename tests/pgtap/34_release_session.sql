-- What a session gives back that is told to stop: all that it holds, and nothing of others.
begin;
select plan(8);

select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'a.xml', '/a.xml', 1000, '{item}') as source \gset
select loader.register_source(:load, 'b.xml', '/b.xml', 100, '{item}') as other_source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100)) as first,
    loader.plan_chunk(:source, loader.make_piece(2, 11, 10, 100)) as second \gset
select source_id from loader.claim_source(:load, 'anna') \gset
select source_id from loader.claim_source(:load, 'anna') \gset
select chunk_id from loader.claim_chunk(:load, 'anna') \gset
select chunk_id from loader.claim_chunk(:load, 'anna') \gset
-- As if another session had claimed these.
update loader.source set backend_pid = 0 where source_id = :other_source;
update loader.chunk_attempt set backend_pid = 0 where chunk_id = :second;

select is(loader.release_session(:load), 1, 'it tells how many chunks it gives back');
select results_eq(
    'select state, max_attempts - attempt from loader.chunk where load_id = ' || :load || ' order by chunk_id',
    $$values ('ready', 5), ('leased', 4)$$,
    'a chunk of this session is ready, its attempt does not count; one of another session stays leased'
);
select results_eq(
    'select state from loader.source where load_id = ' || :load || ' order by source_id',
    $$values ('registered'), ('planning')$$,
    'a source of this session is to be planned again; one of another session stays with it'
);
select is(loader.release_session(:load), 0, 'who holds nothing gives back nothing');

-- A session of the same pid that began at another time is another one.
select ok(
    loader.is_connected(pg_backend_pid(), (select backend_start from pg_stat_activity where pid = pg_backend_pid())),
    'a session that is there is connected'
);
select results_eq(
    $$select loader.is_connected(pg_backend_pid(), '2000-01-01'), loader.is_connected(0, null)$$, 'values (false, false)',
    'one that began at another time, or has another pid, is gone'
);
update loader.source set backend_pid = pg_backend_pid(), backend_start = '2000-01-01' where source_id = :other_source;
select results_eq(
    format(
        $$select source_id from loader.claim_source(%1$s, 'bob')
        union all select source_id from loader.claim_source(%1$s, 'bob')$$, :load
    ),
    format('values (%s::bigint), (%s)', :source, :other_source),
    'a source whose session is gone is claimed like one that nobody has, though its pid is used again'
);
update loader.chunk_attempt set backend_pid = pg_backend_pid(), backend_start = '2000-01-01' where chunk_id = :second;
select is(loader.reclaim_expired(:load, p_vanished => true), 1, 'and so a chunk is taken back');

select * from finish();
rollback;
