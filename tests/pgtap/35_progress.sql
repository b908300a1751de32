-- How far a load is: in bytes of XML where they are known, in bytes of the files where they are not; never a guess.
begin;
select plan(6);

insert into loader.load (load_id, dataset, mode, mapping_hash) overriding system value
select 9001, d.dataset, 'merge', d.mapping_hash from loader.dataset as d where d.dataset = 'shop';
insert into loader.source (
    source_id, load_id, dataset, name, location, format, size, scanned, state, lease_token, leased_until
)
overriding system value
values (9001, 9001, 'shop', 'a.xml', '/a.xml', 'plain', 1000, 200, 'planning', 1, now());

create function pg_temp.add_chunk(p_source bigint, p_number integer, p_bytes bigint, p_done boolean) returns void
language sql as $$
    insert into loader.chunk (
        load_id, source_id, number, weight, first_record, records, state, read, inserted, done_at
    )
    select
        9001, p_source, p_number, p_bytes, 1, 1,
        case when p_done then 'done' else 'ready' end, p_done::integer, p_done::integer, now()
$$;
create view pg_temp.progress as
select p.done_bytes, p.total_bytes, p.xml_bytes, p.planned, p.is_packed from loader.load_progress(9001) as p;

select row_eq(
    'table pg_temp.progress', row(0::bigint, 1000::bigint, 0::bigint, false, false), 'a plain file is as large as it is'
);
select pg_temp.add_chunk(9001, 1, 600, true);
select row_eq(
    'table pg_temp.progress', row(600::bigint, 1000::bigint, 600::bigint, false, false),
    'a plain file does not grow when chunks are cut before the planner tells how far it has read'
);

insert into loader.source (
    source_id, load_id, dataset, name, location, format, size, scanned, state, lease_token, leased_until
)
overriding system value
values (9002, 9001, 'shop', 'b.xml.gz', '/b.xml.gz', 'gzip', 100, 0, 'planning', 1, now());
select row_eq(
    'table pg_temp.progress', row(600::bigint, 1100::bigint, 600::bigint, false, true),
    'beside a packed file all are told by the bytes of the files'
);
select pg_temp.add_chunk(9002, 1, 500, true), pg_temp.add_chunk(9002, 2, 500, false);
update loader.source set scanned = 50 where source_id = 9002;
select row_eq(
    'table pg_temp.progress', row(625::bigint, 1100::bigint, 1100::bigint, false, true),
    'of a packed file that half is read of, and half of that is loaded, a quarter is done'
);
update loader.source set scanned = 100, decoded_bytes = 2000, state = 'planned', lease_token = null
where source_id = 9002;
select row_eq(
    'table pg_temp.progress', row(1100::bigint, 3000::bigint, 1100::bigint, false, false),
    'a packed file that is read through is told by its XML'
);
update loader.source set decoded_bytes = 990, state = 'planned', lease_token = null where source_id = 9001;
select row_eq(
    'table pg_temp.progress', row(1100::bigint, 2990::bigint, 1100::bigint, true, false),
    'when all is planned all sizes are known'
);

select * from finish();
rollback;
