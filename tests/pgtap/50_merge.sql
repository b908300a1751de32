-- A merge by hand: rows into staging, one call a chunk, one for the load.
begin;
select plan(23);

create function pg_temp.stage(p_source bigint, p_record bigint, p_id integer, p_name text, p_hash text, p_tags text[])
returns void language sql as $$
    insert into shop_stage.item (_slot, id, name, _source, _record, _hash)
    values (0, p_id, p_name, p_source::integer, p_record, md5(p_hash)::uuid);
    insert into shop_stage.item_tag (_slot, item_id, ordinal, tag, _rec)
    select 0, p_id, t.place, t.tag, (p_source << 40) | p_record
    from unnest(p_tags) with ordinality as t (tag, place)
$$;
create function pg_temp.load_of(p_name text, p_snapshot date, p_records bigint, out load bigint, out source bigint, out chunk bigint)
language plpgsql as $$
begin
    load := loader.start_load('shop', 'merge', p_options => '{"visibility": "chunk"}');
    source := loader.register_source(load, p_name, '/' || p_name, 1000, '{item}', p_snapshot => p_snapshot);
    chunk := loader.plan_chunk(source, loader.make_piece(1, 1, p_records, 1000));
    perform loader.finish_source(source, null, md5(p_name), 1000, p_records);
end
$$;

select loader.start_load('shop', 'replace') as load \gset
select throws_ok(
    format('call loader.finish_load(%s)', :load), 'LD005', format('load %s cannot finish: it has no source', :load),
    'a load without sources takes the place of nothing'
);
select loader.cancel_load(:load);

select loader.prepare_slot('shop', 0);
select load, source, chunk from pg_temp.load_of('january.xml', '2026-01-01', 4) \gset
select lease_token as token from loader.claim_chunk(:load, 'tap') \gset
select pg_temp.stage(:source, 1, 1, 'cup', 'cup 1', '{blue,small}');
select pg_temp.stage(:source, 2, 2, 'jug', 'jug 1', '{red,big,old}');
select pg_temp.stage(:source, 3, 3, 'pot', 'pot 1', null);
select throws_ok(
    format('call loader.merge_chunk(%s, %s)', :chunk, :token), 'LD012', null,
    'a chunk whose rows are fewer than its records is refused'
);
select pg_temp.stage(:source, 4, 1, 'mug', 'mug 1', '{blue}');
select lives_ok(format('call loader.merge_chunk(%s, %s)', :chunk, :token), 'the staged rows of a chunk are merged');
select results_eq(
    'select id, name, _record from shop.item order by id',
    $$values (1, 'mug', 4::bigint), (2, 'jug', 2), (3, 'pot', 3)$$,
    'of two records of a key in a source the later one wins'
);
select results_eq(
    'select item_id, ordinal, tag from shop.item_tag order by item_id, ordinal',
    $$values (1, 1, 'blue'), (2, 1, 'red'), (2, 2, 'big'), (2, 3, 'old')$$,
    'children are those of the record that won'
);
select results_eq(
    'select state, read, inserted, updated, unchanged, duplicate, rejected from loader.chunk where chunk_id = ' || :chunk,
    $$values ('done', 4::bigint, 3::bigint, 0::bigint, 0::bigint, 1::bigint, 0::bigint)$$,
    'the chunk is done and accounts for its records'
);
select is_empty('select from shop_stage.item union all select from shop_stage.item_tag', 'staging is empty again');
select throws_ok(
    format('call loader.merge_chunk(%s, %s)', :chunk, :token), 'LD001', null, 'a chunk is merged once'
);
select lives_ok(format('call loader.finish_load(%s)', :load), 'the load ends');
select results_eq(
    'select state, read, inserted, duplicate from loader.load where load_id = ' || :load,
    $$values ('done', 4::bigint, 3::bigint, 1::bigint)$$, 'the load adds up its chunks'
);

create temporary table before as select item_id, ordinal, ctid as place from shop.item_tag;
select load, source, chunk from pg_temp.load_of('february.xml', '2026-02-01', 3) \gset
select lease_token as token from loader.claim_chunk(:load, 'tap') \gset
select pg_temp.stage(:source, 1, 2, 'jar', 'jar 2', '{red,BIG}');
select pg_temp.stage(:source, 2, 3, 'pot', 'pot 1', null);
select pg_temp.stage(:source, 3, 4, 'pan', 'pan 2', '{flat}');
call loader.merge_chunk(:chunk, :token);
select results_eq(
    'select id, name, _source = ' || :source || ' from shop.item order by id',
    $$values (1, 'mug', false), (2, 'jar', true), (3, 'pot', false), (4, 'pan', true)$$,
    'changed and new roots are written, the others left alone'
);
select results_eq(
    'select item_id, ordinal, tag from shop.item_tag order by item_id, ordinal',
    $$values (1, 1, 'blue'), (2, 1, 'red'), (2, 2, 'BIG'), (4, 1, 'flat')$$,
    'surplus children are deleted, changed ones updated, new ones inserted'
);
select is(
    (select t.ctid from shop.item_tag as t where t.item_id = 2 and t.ordinal = 1),
    (select b.place from before as b where b.item_id = 2 and b.ordinal = 1),
    'a child that did not change is not written'
);
select isnt(
    (select t.ctid from shop.item_tag as t where t.item_id = 2 and t.ordinal = 2),
    (select b.place from before as b where b.item_id = 2 and b.ordinal = 2),
    'a child that changed is'
);
call loader.finish_load(:load);
select results_eq(
    'select inserted, updated, unchanged, duplicate from loader.load where load_id = ' || :load,
    $$values (1::bigint, 1::bigint, 1::bigint, 0::bigint)$$, 'records are counted against the state before the load'
);

select load, source, chunk from pg_temp.load_of('december.xml', '2025-12-01', 2) \gset
select lease_token as token from loader.claim_chunk(:load, 'tap') \gset
select pg_temp.stage(:source, 1, 2, 'old jug', 'jug 0', '{dusty}');
select pg_temp.stage(:source, 2, 5, 'lid', 'lid 0', null);
call loader.merge_chunk(:chunk, :token);
select is((select name from shop.item where id = 2), 'jar', 'an older source, loaded late, changes nothing that is newer');
select is((select name from shop.item where id = 5), 'lid', 'it adds what is not there');
select is((select count(*)::integer from shop.item_tag where item_id = 2), 2, 'nor does it touch the children');
call loader.finish_load(:load);
select results_eq(
    'select inserted, updated, unchanged, duplicate from loader.load where load_id = ' || :load,
    $$values (1::bigint, 0::bigint, 0::bigint, 1::bigint)$$, 'what is superseded counts as a duplicate'
);
select is_empty(
    'select from shop_stage.item_key_log where position(''n'' in outcome) = 0 '
    'union all select from shop_stage.item_before',
    'what was noted for the counts is gone when the load has ended, but for what was found unchanged'
);
select results_eq(
    'select inserted from loader.load_status where load_id = ' || :load, $$values (1::numeric)$$,
    'the view load_status shows the same'
);

delete from shop.item where id = 2;
select load, source, chunk from pg_temp.load_of('march.xml', '2026-03-01', 2) \gset
select lease_token as token from loader.claim_chunk(:load, 'tap') \gset
select pg_temp.stage(:source, 1, 2, 'urn', 'urn 3', '{red}');
select pg_temp.stage(:source, 2, 6, 'tin', 'tin 3', '{square,flat}');
select lives_ok(
    format('call loader.merge_chunk(%s, %s)', :chunk, :token), 'children whose root somebody has deleted stop no merge'
);
select results_eq(
    'select item_id, ordinal, tag from shop.item_tag where item_id in (2, 6) order by item_id, ordinal',
    $$values (2, 1, 'red'), (6, 1, 'square'), (6, 2, 'flat')$$,
    'they give way to the children of the root that comes anew'
);

select * from finish();
rollback;
