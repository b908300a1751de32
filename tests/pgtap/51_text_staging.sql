-- Records whose values may not fit are staged as text and judged in the database.
begin;
select plan(16);

create function pg_temp.stage(p_source bigint, p_record bigint, p_id text, p_name text, p_price text, p_sold text, p_tags text[])
returns void language sql as $$
    insert into shop_stage.item_text (_slot, id, name, price, sold, _source, _record)
    values (0, p_id, p_name, p_price, p_sold, p_source::integer, p_record);
    insert into shop_stage.item_tag_text (_slot, item_id, ordinal, tag, _rec)
    select 0, p_id, t.place, t.tag, (p_source << 40) | p_record
    from unnest(p_tags) with ordinality as t (tag, place)
$$;

select loader.prepare_slot('shop', 0);
select loader.start_load('shop', 'merge', p_options => '{"visibility": "chunk"}') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 8, 1000)) as chunk \gset
select loader.finish_source(:source, null, 'ab', 1000, 8);
select lease_token as token from loader.claim_chunk(:load, 'tap') \gset
select pg_temp.stage(:source, 1, ' 1 ', 'cup', ' 2.50', E'\n2026-01-31', '{blue,small}');
select pg_temp.stage(:source, 2, '2', 'jug', 'NaN', null, '{red}');
select pg_temp.stage(:source, 3, '3', 'pot', '-1', '2026-02-30', '{round}');
select pg_temp.stage(:source, 4, '4', null, '1', '', null);
select pg_temp.stage(:source, 5, '', 'lid', '1', '', null);
select pg_temp.stage(:source, 6, '0x6', 'pan', '1', '', null);
select pg_temp.stage(:source, 7, '7', 'hidden', '1', '', '{secret}');
select pg_temp.stage(:source, 8, '8', '', '', '', '{""}');

select throws_ok(
    format('select loader.stage_chunk(%s, %s)', :chunk, :token - 1), 'LD001', null, 'a stale token judges nothing'
);
select set_eq(
    format('select unnest(loader.stage_chunk(%s, %s))', :chunk, :token),
    array[2, 3, 4, 5, 6]::bigint[], 'the records that do not fit are named, for their bytes to be added'
);
select results_eq(
    'select record, reason, table_name, column_name, value from loader.reject order by record, column_name',
    $$values
        (2::bigint, 'type', 'item', 'price', 'NaN'),
        (3, 'range', 'item', 'price', '-1'),
        (3, 'type', 'item', 'sold', '2026-02-30'),
        (4, 'required', 'item', 'name', null),
        (5, 'missing_key', 'item', 'id', ''),
        (6, 'type', 'item', 'id', '0x6')$$,
    'every fault is kept with its place, value and reason'
);
select is(
    (select message from loader.reject where record = 2), $$price: 'NaN' is not of type numeric$$,
    'a reject says in a sentence what is wrong'
);
select is((select filtered from loader.chunk where chunk_id = :chunk), 1::bigint, 'what the mapping leaves out is filtered');
select results_eq(
    'select id, name, price, sold from shop_stage.item order by id',
    $$values (1, 'cup', 2.50, date '2026-01-31'), (8, '', null, null)$$,
    'the rest is cast; blank is NULL for other types than text, and a text for text'
);
select results_eq(
    'select item_id, tag from shop_stage.item_tag order by item_id, ordinal',
    $$values (1, 'blue'), (1, 'small'), (8, '')$$, 'children go with their records'
);
select throws_ok(
    format('select loader.locate_reject(%s, %s, array[2], array[120], array[%L::bytea])', :chunk, :token - 1, '\x3c61'), 'LD001', null,
    'who has another lease adds nothing to a reject'
);
select throws_ok(
    format('select loader.reject_record(%s, %s, %L, 1, %L, %L)', :chunk, :token - 1, 'item', 'type', 'x'), 'LD001', null,
    'who has another lease rejects nothing in the chunk of another worker'
);
select lives_ok(
    format('select loader.locate_reject(%s, %s, array[2], array[120], array[%L::bytea])', :chunk, :token, '\x3c61'),
    'the worker adds place and bytes'
);
select results_eq(
    'select byte_offset, byte_length, raw from loader.reject where record = 2',
    $$values (120::bigint, 2::bigint, '\x3c61'::bytea)$$, 'they are kept with the reject'
);
select lives_ok(format('call loader.merge_chunk(%s, %s)', :chunk, :token), 'the good records are merged');
select results_eq(
    'select read, inserted, rejected, filtered from loader.chunk where chunk_id = ' || :chunk,
    $$values (7::bigint, 2::bigint, 5::bigint, 1::bigint)$$, 'a record with two faults is one reject in the balance'
);
select is_empty('select from shop_stage.item_text union all select from shop_stage.item_tag_text', 'text staging is empty again');
select results_eq('select id from shop.item order by id', array[1, 8], 'the target holds the good records');
select results_eq(
    $$select reason, sum(faults)::integer from loader.reject_summary group by reason order by reason collate "C"$$,
    $$values ('missing_key', 1), ('range', 1), ('required', 1), ('type', 3)$$, 'the view reject_summary counts faults by reason'
);

select * from finish();
rollback;
