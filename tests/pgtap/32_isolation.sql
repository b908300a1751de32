-- The queue looks at the newest version of each row: it refuses transactions that cannot.
begin isolation level repeatable read;
select plan(5);

select throws_ok($$select loader.claim_chunk(1, 'tap')$$, 'LD002', null, 'claim_chunk wants READ COMMITTED');
select throws_ok($$select loader.claim_source(1, 'tap')$$, 'LD002', null, 'claim_source wants READ COMMITTED');
select throws_ok('select loader.fence_chunk(1, 1)', 'LD002', null, 'fence_chunk wants READ COMMITTED');
select throws_ok('call loader.merge_chunk(1, 1)', 'LD002', null, 'merge_chunk wants READ COMMITTED');
select throws_ok('call loader.finish_load(1)', 'LD002', null, 'finish_load wants READ COMMITTED');

select * from finish();
rollback;
