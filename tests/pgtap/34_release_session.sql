-- What a session gives back that is told to stop: all that it holds, and nothing of others.
begin;
select plan(4);

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
update loader.source set planner_pid = 0 where source_id = :other_source;
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

select * from finish();
rollback;
