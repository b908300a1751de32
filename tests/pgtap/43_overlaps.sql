-- Which sources share keys, of keys that were noted by hand.
begin;
select plan(7);

select results_eq(
    $$select name from loader.start_overlaps(
        'shop', '[{"name": "c.xml", "snapshot": "2026-01-01", "priority": 1}, {"name": "b.xml", "snapshot": "2026-02-01"},
            {"name": "ä.xml", "priority": 0}, {"name": "Z.xml", "priority": 0}]'
    ) order by source$$,
    array['Z.xml', 'ä.xml', 'b.xml', 'c.xml'],
    'sources stand in the order of conflicts: priority, snapshot, name by code point'
);
select is_empty('select * from loader.overlaps(''shop'')', 'no keys, no overlaps');

insert into shop_stage.item_key (_source, id, _record)
values (1, 1, 1), (1, 2, 2), (3, 2, 1), (3, 3, 2), (4, 2, 1), (4, 4, 2), (4, 4, 3), (2, 5, 1);
insert into shop_stage.item_key_text (_source, id, _record) values (2, ' 3 ', 2), (2, 'three', 3), (2, null, 4), (2, '', 5);
select loader.check_keys('shop');
select results_eq(
    'select keyless from shop_stage._key_source order by source', array[null, 3, null, null]::bigint[],
    'keys that are missing or of another type are counted'
);
select is_empty('select from shop_stage.item_key_text', 'what was judged is forgotten');
select results_eq(
    'select source, other_source, keys, sample, winner, why from loader.overlaps(''shop'')',
    $$values
        ('Z.xml', 'b.xml', 1::bigint, '{2}'::text[], 'b.xml', 'snapshot'),
        ('Z.xml', 'c.xml', 1, '{2}', 'c.xml', 'priority'),
        ('ä.xml', 'b.xml', 1, '{3}', 'b.xml', 'snapshot'),
        ('b.xml', 'c.xml', 1, '{2}', 'c.xml', 'priority'),
        ('c.xml', 'c.xml', 1, '{4}', 'c.xml', 'later record')$$,
    'pairs of sources with their common keys, and who goes first'
);
update loader.dataset set mapping = jsonb_set(mapping, '{entities,0,policy}', '"first"') where dataset = 'shop';
select results_eq(
    'select winner, why from loader.overlaps(''shop'') where source in (''Z.xml'', ''c.xml'')',
    $$values ('Z.xml', 'snapshot'), ('Z.xml', 'priority'), ('c.xml', 'earlier record')$$,
    'policy first turns the order around'
);
update loader.dataset set mapping = jsonb_set(mapping, '{entities,0,policy}', '"fill"') where dataset = 'shop';
select results_eq(
    'select distinct winner, why from loader.overlaps(''shop'')', $$values (null::text, 'policy fill')$$,
    'where versions are put together, none goes first'
);

select * from finish();
rollback;
