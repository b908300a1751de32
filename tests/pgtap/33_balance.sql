-- Every record is accounted for, whoever writes the manifest.
begin;
select plan(10);

select loader.start_load('shop', 'merge') as load \gset
select loader.register_source(:load, 'items.xml', '/items.xml', 1000, '{item}') as source \gset
select loader.plan_chunk(:source, loader.make_piece(1, 1, 10, 100)) as chunk \gset

select throws_ok(
    format('update loader.chunk set read = 10, inserted = 9 where chunk_id = %s', :chunk), '23514', null,
    'a chunk cannot lose a record'
);
select throws_ok(
    format('update loader.source set read = 10, inserted = 11 where source_id = %s', :source), '23514', null,
    'a source cannot win a record'
);
select throws_ok(
    format('update loader.load set read = 10 where load_id = %s', :load), '23514', null,
    'a load cannot read what it does not account for'
);
select lives_ok(
    format(
        'update loader.chunk set read = 9, inserted = 1, updated = 1, unchanged = 2, duplicate = 2, rejected = 3,'
        ' filtered = 1, deleted = 7 where chunk_id = %s', :chunk
    ),
    'deleted and filtered stand beside the balance'
);
select throws_ok(
    format('update loader.chunk set state = %L, filtered = 0 where chunk_id = %s', 'done', :chunk), '23514', null,
    'a chunk is not done before all of its records are judged'
);
select throws_ok(
    format('update loader.chunk set state = %L where chunk_id = %s', 'leased', :chunk), '23514', null,
    'leased means with a token and an end'
);
select throws_ok(
    format('update loader.chunk set state = %L where chunk_id = %s', 'lost', :chunk), '23514', null,
    'there are no other states than those four'
);
select throws_ok(
    format('insert into loader.load (dataset, mode, mapping_hash) values (%L, %L, %L)', 'shop', 'merge', ''), '23505', null,
    'a dataset has one open load'
);
select throws_ok(
    $$select loader.start_load('shop', 'merge', null, '{other.xml:1}')$$, 'LD003', null,
    'other sources do not join the open load'
);
select throws_ok(
    $$select loader.register_dataset(d.dataset, d.mapping, d.mapping_hash, d.settings, '[]', '[]', 'other')
    from loader.dataset as d where d.dataset = 'shop'$$, 'LD003', null,
    'staging is not made anew under an open merge: it holds what the counts come from'
);

select * from finish();
rollback;
