-- A refresh by hand: rows into staging or into the build, nothing to be seen before the load ends, deletions then.
begin;
select plan(25);

create function pg_temp.stage(p_source bigint, p_record bigint, p_id integer, p_name text, p_hash text, p_tags text[])
returns void language sql as $$
    insert into shop_stage.item (_slot, id, name, _source, _record, _hash)
    values (0, p_id, p_name, p_source::integer, p_record, md5(p_hash)::uuid);
    insert into shop_stage.item_tag (_slot, item_id, ordinal, tag, _rec)
    select 0, p_id, t.place, t.tag, (p_source << 40) | p_record
    from unnest(p_tags) with ordinality as t (tag, place)
$$;
create function pg_temp.load_of(
    p_snapshot date, p_records bigint, p_options jsonb, out load bigint, out source bigint, out chunk bigint, out token bigint
)
language plpgsql as $$
begin
    load := loader.start_load('shop', 'merge', p_options => '{"deletes": "delete", "max_delete_pct": 40}' || p_options);
    source := loader.register_source(load, p_snapshot || '.xml', '/dump', 1000, '{item}', p_snapshot => p_snapshot);
    chunk := loader.plan_chunk(source, loader.make_piece(1, 1, p_records, 1000));
    perform loader.finish_source(source, null, md5(p_snapshot::text), 1000, p_records);
    select c.lease_token into token from loader.claim_chunk(load, 'tap') as c;
end
$$;
create view pg_temp.counts as
select load_id, read, inserted, updated, unchanged, duplicate, rejected, deleted from loader.load;

select loader.prepare_slot('shop', 0);
select load, source, chunk, token from pg_temp.load_of('2026-01-01', 5, '{}') \gset
select pg_temp.stage(:source, 1, 1, 'cup', 'cup 1', '{blue,small}');
select pg_temp.stage(:source, 2, 2, 'jug', 'jug 1', '{red,big,old}');
select pg_temp.stage(:source, 3, 3, 'pot', 'pot 1', null);
select pg_temp.stage(:source, 4, 4, 'pan', 'pan 1', '{flat}');
select pg_temp.stage(:source, 5, 5, 'lid', 'lid 1', '{flat}');
call loader.merge_chunk(:chunk, :token);
select is_empty('select from shop.item', 'nothing is to be seen while chunks are merged');
select results_eq(
    'select count(*)::integer from shop_build.item', $$values (5)$$, 'what was staged waits in the build'
);
select is_empty('select from shop_stage.item', 'staging is empty again');
select cmp_ok((loader.estimate_apply(:load)).disk, '<', 10000000::bigint, 'a merge into empty tables asks for no more than it needs');
call loader.finish_load(:load);
select is((select count(*)::integer from shop.item), 5, 'the end of the load shows all of it');
call loader.finish_load(:load);
select is(to_regclass('shop_build.item'), null, 'the call after that drops the build');
select results_eq(
    'select read, inserted, deleted from pg_temp.counts where load_id = ' || :load, $$values (5::bigint, 5::bigint, 0::bigint)$$,
    'what came is counted'
);
select results_eq('select complete from loader.load where load_id = ' || :load, $$values ('{item}'::text[])$$,
    'a load of a whole snapshot is known as complete');

create table public.shelf (
    item_id integer constraint loader_0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f references shop.item on delete cascade
);
insert into public.shelf values (4);
create temporary table before as select id, xmin::text as writer from shop.item;
select load, source, chunk, token from pg_temp.load_of('2026-02-01', 3, '{}') \gset
select pg_temp.stage(:source, 1, 1, 'cup', 'cup 1', '{blue,small}');
select pg_temp.stage(:source, 2, 2, 'jar', 'jug 2', '{red}');
select pg_temp.stage(:source, 3, 6, 'tin', 'tin 2', '{square}');
call loader.merge_chunk(:chunk, :token);
select ok((loader.estimate_apply(:load)).wal > 0, 'what it takes to apply it is estimated');
call loader.finish_load(:load);
select results_eq(
    'select id, name from shop.item order by id', $$values (1, 'cup'), (2, 'jar'), (4, 'pan'), (6, 'tin')$$,
    'changed, new and gone records are applied; one that a foreign key refers to stays'
);
select results_eq(
    'select item_id, ordinal, tag from shop.item_tag order by item_id, ordinal',
    $$values (1, 1, 'blue'), (1, 2, 'small'), (2, 1, 'red'), (4, 1, 'flat'), (6, 1, 'square')$$, 'so are their children'
);
select is(
    (select t.xmin::text from shop.item as t where t.id = 1), (select b.writer from before as b where b.id = 1),
    'a row that equals its record is not written'
);
select results_eq(
    'select inserted, updated, unchanged, deleted from pg_temp.counts where load_id = ' || :load,
    $$values (1::bigint, 1::bigint, 1::bigint, 2::bigint)$$, 'each counts as what became of it'
);
select results_eq(
    'select id, op, columns from shop_history.item_change where load_id = ' || :load || ' order by id',
    $$values (2, 'update', '{name,item_tag}'::text[]), (3, 'delete', null), (5, 'delete', null), (6, 'insert', null)$$,
    'what changed is recorded: key, operation, columns'
);
select matches(
    (select message from loader.event where load_id = :load and kind = 'rows_kept'), '^1 item .* stay.*\(4\)$',
    'what stays is reported'
);
select results_eq('select item_id from public.shelf', 'values (4)', 'rows of users stay');

select load, source, chunk, token from pg_temp.load_of('2026-01-15', 3, '{}') \gset
select pg_temp.stage(:source, 1, 1, 'mug', 'mug x', null);
select pg_temp.stage(:source, 2, 3, 'pot', 'pot x', null);
select pg_temp.stage(:source, 3, 9, 'box', 'box x', null);
call loader.merge_chunk(:chunk, :token);
call loader.finish_load(:load);
select results_eq(
    'select id, name from shop.item order by id', $$values (1, 'cup'), (2, 'jar'), (4, 'pan'), (6, 'tin')$$,
    'an older dump that comes late changes nothing, brings back nothing and deletes nothing'
);
select results_eq(
    'select duplicate, deleted from pg_temp.counts where load_id = ' || :load, $$values (3::bigint, 0::bigint)$$,
    'its records are superseded'
);

select load, source, chunk, token from pg_temp.load_of('2026-03-01', 1, '{}') \gset
insert into shop_build.item (id, name, _source, _record, _hash) values (1, 'cup', :source, 1, md5('cup 1')::uuid);
insert into shop_build.item_tag (item_id, ordinal, tag, _rec)
values (1, 1, 'blue', (:source::bigint << 40) | 1), (1, 2, 'small', (:source::bigint << 40) | 1);
call loader.merge_chunk(:chunk, :token, p_copied => 1);
select throws_ok(
    format('call loader.finish_load(%s)', :load), 'LD017',
    '2 of the 4 item records in the tables are not in the new dump, more than max_delete_pct allows (40 %)',
    'a dump that lacks too much is refused with the numbers'
);
select is((select count(*)::integer from shop.item), 4, 'nothing was written then');
update loader.load set settings = settings || '{"allow_deletes": true}' where load_id = :load;
select lives_ok(format('call loader.finish_load(%s)', :load), 'the same load goes on when it may');
select results_eq('select id from shop.item order by id', 'values (1), (4)', 'what is gone goes');

select load, source, chunk, token from pg_temp.load_of('2026-04-01', 2, '{"visibility": "chunk"}') \gset
select pg_temp.stage(:source, 1, 4, 'pan', 'pan 4', null);
select pg_temp.stage(:source, 2, 7, 'urn', 'urn 4', null);
call loader.merge_chunk(:chunk, :token);
select results_eq(
    'select id, name from shop.item order by id', $$values (1, 'cup'), (4, 'pan'), (7, 'urn')$$,
    'seen chunk by chunk, what is gone stays until the load ends'
);
call loader.finish_load(:load);
select results_eq('select id from shop.item order by id', 'values (4), (7)', 'and goes then');
select results_eq(
    'select inserted, updated, deleted from pg_temp.counts where load_id = ' || :load,
    $$values (1::bigint, 1::bigint, 1::bigint)$$, 'it is counted there, too'
);

select * from finish();
rollback;
