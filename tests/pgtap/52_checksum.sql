-- The checksum of a schema is that of its data, whatever their order.
begin;
select plan(8);

create function pg_temp.sum_of(p_table text) returns text
language sql volatile as $$select c.row_count || ' ' || c.checksum from loader.checksum('shop') as c where c.table_name = p_table$$;

select results_eq(
    $$select table_name from loader.checksum('shop')$$, array['item', 'item_tag'], 'it has a line a table, by name'
);
select is(pg_temp.sum_of('item') ~ '^0 [0-9a-f]{32}$', true, 'an empty table has one too');
insert into shop.item (id, name, price, sold, _source, _record, _hash)
select n, 'item ' || n, n / 4.0, date '2026-01-01' + n, 1, n, md5(n::text)::uuid from generate_series(1, 100) as n;
select pg_temp.sum_of('item') as before \gset

create temporary table kept as select * from shop.item;
delete from shop.item;
insert into shop.item select * from kept order by id desc;
select is(pg_temp.sum_of('item'), :'before', 'the order of the rows is nothing to it');
update shop.item set _source = 2, _record = 7, _hash = md5('')::uuid;
select is(pg_temp.sum_of('item'), :'before', 'nor are system columns');
set local datestyle = 'German';
set local timezone = 'Asia/Tokyo';
select is(pg_temp.sum_of('item'), :'before', 'nor are the settings of the session');
update shop.item set name = name || ' ' where id = 50;
select isnt(pg_temp.sum_of('item'), :'before', 'a blank more in one value changes it');
update shop.item set name = null where id = 50;
select pg_temp.sum_of('item') as missing \gset
update shop.item set name = '' where id = 50;
select isnt(pg_temp.sum_of('item'), :'missing', 'NULL and the empty text differ');
update shop.item as a set name = b.name from shop.item as b where (a.id, b.id) in ((1, 2), (2, 1));
update shop.item set name = 'item 50' where id = 50;
select isnt(pg_temp.sum_of('item'), :'before', 'values that change places change it');

select * from finish();
rollback;
