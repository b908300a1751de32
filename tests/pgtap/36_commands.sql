-- What commands ask of the manifest, and have it do.
begin;
select plan(33);

select is(loader.open_load('shop'), null, 'a dataset of which nothing is loaded has no open load');
select is(loader.dataset_settings('nobody'), null, 'an unknown dataset has no settings');
select is(
    loader.dataset_settings('shop') - 'max_rejects', loader.default_settings() - 'max_rejects',
    'settings that a mapping does not say are the defaults'
);
select ok(
    not loader.keep_settings('shop', (select settings from loader.dataset where dataset = 'shop')),
    'settings that are registered already are not registered again'
);
select is_empty($$select * from loader.loaded_mapping('shop')$$, 'there is no mapping of tables that were never loaded');
select results_eq(
    $$select loader.is_staging_intact(d) from unnest(array['shop', 'nobody']) as d$$, 'values (true), (false)',
    'staging is intact as it was made, and where there is a dataset'
);

select loader.start_load('shop', 'merge', p_options => '{"max_attempts": 7}') as load \gset
select loader.register_source(:load, 'items_20260101.xml', '/items.xml', 1000, '{item}', 'plain', '2026-01-01', 3) as source
\gset
select ok(
    loader.open_load('shop') = :load and loader.has_open_load('shop'), 'a load that has begun and not ended is open'
);
select ok(not loader.keep_settings('shop', '{"keep_old": false}'), 'while a load is open its settings stay');
select is(
    (select settings from loader.dataset where dataset = 'shop') ->> 'keep_old', 'true', 'whatever a mapping says'
);
select results_eq(
    $$select m.entity, m.digest = loader.entity_digest(d.mapping_hash, m.entity), m.mapping ->> 'dataset', m.is_filled
    from loader.loaded_mapping('shop') as m cross join loader.dataset as d where d.dataset = 'shop' order by 1$$,
    $$values ('item', true, 'shop', false)$$,
    'a merge is loaded by the mapping that is registered'
);

insert into loader.chunk (load_id, source_id, number, weight, first_record, records, state, attempt)
values (:load, :source, 1, 10, 1, 2, 'dead', 5), (:load, :source, 2, 10, 3, 2, 'dead', 5);
select ok(not loader.fail_load(:load, 'too bad'), 'a load with dead chunks stays open');
select is(loader.requeue_dead_chunks(:load), 2::bigint, 'all dead chunks go back into the queue');
select results_eq(
    format('select distinct state, attempt, max_attempts from loader.chunk where load_id = %s', :load),
    $$values ('ready', 0, 7)$$,
    'with as many attempts as the load allows'
);
update loader.chunk set state = 'done', read = 2, inserted = 1, updated = 1 where load_id = :load and number = 1;
select is(loader.merged_records(:load), 0::bigint, 'a merge that is seen at its end has written nothing before');
update loader.load set visibility = 'chunk' where load_id = :load;
select is(loader.merged_records(:load), 2::bigint, 'one that is seen chunk by chunk has');

insert into loader.load_entity (load_id, entity, read, kept) values (:load, 'item', 4, 1), (:load, 'strange', 9, 9);
select results_eq(
    format('select entity, read, kept from loader.entity_counts(%s)', :load), $$values ('item', 4::bigint, 1::bigint)$$,
    'entities are those that the sources hold'
);
select loader.log_event(kind, kind || ' of it', :load) from unnest(array['b', 'a', 'c', 'a']) as kind;
select results_eq(
    format('select loader.list_messages(%s, %L)', :load, '{a,b}'), $$values ('b of it'), ('a of it'), ('a of it')$$,
    'messages of events of some kinds come in their order'
);

insert into loader.reject (load_id, source_id, entity, record, reason, message)
values
    (:load, :source, 'item', 1, 'type', 'a'), (:load, :source, 'item', 1, 'type', 'b'),
    (:load, :source, 'item', 4, 'type', 'c');
select results_eq(
    format('select source, dataset, message from loader.reject_detail where load_id = %s and record = 4', :load),
    $$values ('items_20260101.xml', 'shop', 'c')$$,
    'a reject is told with its source and dataset'
);
select results_eq(
    format('select name, snapshot, priority, entities from loader.replayed_source(%s)', :source),
    $$values ('items_20260101.xml', '2026-01-01'::date, 3, '{item}'::text[])$$,
    'a replay has the date and the priority of its source'
);
select results_eq(
    format('select name, priority, entities from loader.sources_of(array[%s, 0])', :load),
    $$values ('items_20260101.xml', 3, '{item}'::text[])$$,
    'a load is told with its sources'
);

select ok(loader.fail_load(:load, 'too bad'), 'a load without dead chunks ends');
select results_eq(
    format('select state, error from loader.load where load_id = %s', :load), $$values ('failed', 'too bad')$$,
    'as failed, with the reason'
);

select loader.start_load('shop', 'merge') as again \gset
select loader.register_source(:again, 'items_20260101.xml.replay-00000001.xml', '/r.xml', 9, '{item}') as replay \gset
insert into loader.reject (load_id, source_id, entity, record, reason, message)
values (:again, :replay, 'item', 2, 'type', 'd');
select loader.mark_replayed(
    :again, array(select min(reject_id) from loader.reject where load_id = :load group by record order by record)
);
select results_eq(
    format('select message, state, replayed_by from loader.reject where load_id = %s order by message', :load),
    format($$values ('a', 'replayed', %1$s::bigint), ('b', 'replayed', %1$s), ('c', 'open', null)$$, :again),
    'a record that is replayed is so with all of its rejects, unless it is rejected again'
);
select results_eq(
    $$select name, size, is_open from loader.list_replays('shop', 'items_20260101.xml')$$,
    $$values ('items_20260101.xml.replay-00000001.xml', 9::bigint, true)$$,
    'replays are found by the name of their source'
);

select throws_ok(format('select loader.load_mode(''shop'', %L, null, true)', m), '22023', format(
    'the mode of a load is merge, replace or null, not %L', m
), 'a load has a mode that there is') from unnest(array['', 'upsert', 'Merge']) as m;
select throws_ok(
    format('select loader.register_source(%s, ''x'', ''/x'', 1, ''{item}'', %L)', :again, f), '22023',
    'the format of a source is plain, gzip, bzip2, xz, zstd or zip, not ' || quote_nullable(f),
    'a source has a format that there is'
) from unnest(array['rar', null]) as f;
select throws_ok(
    format('select loader.register_source(%s, ''x'', %L, %L, ''{item}'')', :again, place, size), '22023',
    'a source has a name, a location, entities, a priority, and a size of 0 bytes or more', 'a source is whole'
) from (values (null, 1), ('/x', null), ('/x', -1)) as v (place, size);
select throws_ok(
    $$select loader.set_roles('')$$, '22023', 'the prefix of the roles is a name, such as loader', 'roles have names'
);

select * from finish();
rollback;
