-- History by hand: what loads changed, former states, taking a load back; rows into staging, as in 50_merge.sql.
begin;
select plan(24);

create function pg_temp.stage(p_source bigint, p_record bigint, p_id integer, p_name text, p_tags text[])
returns void language sql as $$
    insert into shop_stage.item (_slot, id, name, _source, _record, _hash)
    values (0, p_id, p_name, p_source::integer, p_record, md5(p_name || p_tags::text)::uuid);
    insert into shop_stage.item_tag (_slot, item_id, ordinal, tag, _rec)
    select 0, p_id, t.place, t.tag, (p_source << 40) | p_record
    from unnest(p_tags) with ordinality as t (tag, place)
$$;
create function pg_temp.begin_load(p_name text, p_snapshot date, p_records bigint, out load bigint, out source bigint, out chunk bigint, out token bigint)
language plpgsql as $$
begin
    load := loader.start_load('shop', 'merge');
    source := loader.register_source(load, p_name, '/' || p_name, 1000, '{item}', p_snapshot => p_snapshot);
    chunk := loader.plan_chunk(source, loader.make_piece(1, 1, p_records, 1000));
    perform loader.finish_source(source, null, md5(p_name), 1000, p_records);
    select c.lease_token into token from loader.claim_chunk(load, 'tap') as c;
end
$$;
create function pg_temp.state(p_load bigint default null)
returns setof text language sql as $$
    select row(t.*)::text from shop_history.item_as_of(coalesce(p_load, (select max(load_id) from loader.load))) as t
    union all
    select row(t.*)::text
    from shop_history.item_tag_as_of(coalesce(p_load, (select max(load_id) from loader.load))) as t
    order by 1
$$;
update loader.dataset set settings = settings || '{"history": "on"}' where dataset = 'shop';
select loader.prepare_slot('shop', 0);

select load as first, source, chunk, token from pg_temp.begin_load('january.xml', '2026-01-01', 3) \gset
select pg_temp.stage(:source, 1, 1, 'cup', '{blue,small}');
select pg_temp.stage(:source, 2, 2, 'jug', '{red,big,old}');
select pg_temp.stage(:source, 3, 3, 'pot', '{}');
call loader.merge_chunk(:chunk, :token);
call loader.finish_load(:first);
create temporary table january as select s.item from pg_temp.state() as s (item);
select results_eq(
    'select op, count(*)::integer from shop_history.changes where load_id = ' || :first || ' group by op',
    $$values ('insert', 3)$$, 'a merge into empty tables records what it inserted'
);

select load as second, source, chunk, token from pg_temp.begin_load('february.xml', '2026-02-01', 3) \gset
select pg_temp.stage(:source, 1, 1, 'mug', '{blue,small}');
select pg_temp.stage(:source, 2, 2, 'jug', '{red}');
select pg_temp.stage(:source, 3, 4, 'pan', '{flat}');
call loader.merge_chunk(:chunk, :token);
call loader.finish_load(:second);
create temporary table february as select s.item from pg_temp.state() as s (item);
select results_eq(
    'select entity, op, key, columns, source_before, source_after from loader.list_changes(' || :second || ')',
    $$values
        ('item', 'update', '{"id": 1}'::jsonb, '{name}'::text[], 'january.xml', 'february.xml'),
        ('item', 'update', '{"id": 2}', '{item_tag}', 'january.xml', 'february.xml'),
        ('item', 'insert', '{"id": 4}', null, null, 'february.xml')$$,
    'changes tell key, what differs, and both sources'
);
select results_eq(
    'select op, column_name, records from loader.change_counts(' || :second || ')',
    $$values ('insert', null, 1::bigint), ('update', null, 2), ('update', 'item_tag', 1), ('update', 'name', 1)$$,
    'changes are counted by what was done and by column'
);
select is(
    (select before -> 'children' -> 'item_tag' -> 2 ->> 'tag' from shop_history.item_change where load_id = :second and id = 2),
    'old', 'the version before is kept with its children'
);
select set_eq('select pg_temp.state(' || :first || ')', 'select item from january', 'as of: the state after the first load');
select is_empty('select pg_temp.state(0)', 'as of: before the first load there was nothing');
select is(loader.load_at('shop', '-infinity'), 0::bigint, 'before the first load has ended, none has');
select is(loader.load_at('shop', 'infinity'), :second::bigint, 'the last load that has ended counts');
select throws_ok('select * from shop_history.item_as_of(987654321)', 'LD013', null, 'as of a load that is not there');

select throws_ok(
    format('call loader.rollback(%s)', :first), 'LD018',
    format('load %s cannot be rolled back: 2 of the records that it wrote were changed since', :first),
    'a load whose records were changed since is not taken back'
);
create table public.mine (id integer references shop.item on delete cascade);
insert into public.mine values (4);
select throws_ok(
    format('call loader.rollback(%s)', :second), 'LD018',
    format('load %s cannot be rolled back: other rows refer to 1 item records that it inserted', :second),
    'nor one whose rows others refer to'
);
drop table public.mine;
select loader.start_load('shop', 'merge') as open \gset
select throws_ok(format('call loader.rollback(%s)', :second), 'LD003', null, 'nor any while a load is open');
select loader.cancel_load(:open);
select throws_ok('call loader.rollback(987654321)', 'LD013', null, 'nor one that is not there');
select lives_ok(format('call loader.rollback(%s)', :second), 'the last load is taken back');
select max(load_id) as back from loader.load \gset
select set_eq('select pg_temp.state()', 'select item from january', 'all is as it was, sources and hashes too');
select set_eq('select pg_temp.state(' || :second || ')', 'select item from february', 'as of: what was taken back is still seen');
select results_eq(
    format('select state, rolled_back_by from loader.load where load_id = %s', :second),
    format('values (''rolled_back'', %s::bigint)', :back), 'the load says by which it was taken back'
);
select results_eq(
    format('select mode, state, read, inserted, updated, deleted from loader.load where load_id = %s', :back),
    $$values ('rollback', 'done', 2::bigint, 0::bigint, 2::bigint, 1::bigint)$$, 'which is a load of its own, with counts'
);
select throws_ok(format('call loader.rollback(%s)', :second), 'LD018', null, 'a load is taken back once');
select throws_ok(format('call loader.rollback(%s)', :back), 'LD018', null, 'a rollback is not taken back');
select is(to_regnamespace('shop_build'), null, 'no build is left');

select is(loader.prune_history('shop', :back), 6::bigint, 'history is pruned');
select throws_ok(
    'select * from shop_history.item_as_of(' || :first || ')', 'LD019', null, 'then what was before cannot be told'
);
select throws_ok(
    format('select loader.start_load(''shop'', ''merge'', p_options => %L)', '{"visibility": "chunk"}'), '22023', null,
    'history is not kept where changes are seen chunk by chunk'
);

select * from finish();
rollback;
