-- Which of two versions of a key wins: decided by content, never by arrival.
begin;
select plan(11);

select loader.start_load('shop', 'merge') as load \gset
create function pg_temp.source(p_name text, p_snapshot date default null, p_priority integer default 0, p_sha256 text default null)
returns bigint language plpgsql as $$
declare
    v_source bigint;
begin
    insert into loader.source (load_id, dataset, name, location, size, snapshot, priority, sha256)
    select l.load_id, l.dataset, p_name || '#' || (select count(*) from loader.source), '/', 1, p_snapshot, p_priority, p_sha256
    from loader.load as l where l.state = 'open'
    returning source_id into v_source;
    -- Names are told apart within a load; those that are to be equal here come from another load.
    update loader.source set name = p_name, load_id = (
        select l.load_id from loader.load as l where l.load_id not in (select s.load_id from loader.source as s where s.name = p_name)
        limit 1
    ) where source_id = v_source;
    return v_source;
end
$$;
insert into loader.load (dataset, mode, mapping_hash, state) select 'shop', 'merge', '', 'done' from generate_series(1, 5);

select pg_temp.source('b.xml', '2026-02-01') as late, pg_temp.source('c.xml', '2026-01-01') as early,
    pg_temp.source('a.xml', '2025-01-01', 1) as preferred, pg_temp.source('d.xml') as undated \gset
select is(loader.is_newer(:late, 1, :early, 9), true, 'the later snapshot wins, whatever the names and records');
select is(loader.is_newer(:early, 9, :late, 1), false, 'the earlier snapshot does not');
select is(loader.is_newer(:preferred, 1, :late, 1), true, 'the larger priority goes before the snapshot');
select is(loader.is_newer(:early, 1, :undated, 1), true, 'any snapshot wins against none');
select is(loader.is_newer(:late, 2, :late, 1), true, 'in one source the later record wins');
select is(loader.is_newer(:late, 1, :late, 1), false, 'no version wins against itself');

select pg_temp.source('B.xml', '2026-02-01') as upper_case, pg_temp.source('ä.xml', '2026-02-01') as accent,
    pg_temp.source('e.xml', '2026-02-01', 0, 'aa') as aa, pg_temp.source('e.xml', '2026-02-01', 0, 'bb') as bb,
    pg_temp.source('e.xml', '2026-02-01') as unknown \gset
select is(loader.is_newer(:late, 1, :upper_case, 9), true, 'names order by code point: b after B');
select is(loader.is_newer(:accent, 1, :late, 9), true, 'names order by code point: ä after b, in every locale');
select is(loader.is_newer(:bb, 1, :aa, 9), true, 'of equal names the larger digest wins');
select is(loader.is_newer(:aa, 9, :unknown, 1), false, 'a digest that is not known yet decides nothing');
select is(loader.is_newer(:unknown, 9, :aa, 1), false, 'neither way');

select * from finish();
rollback;
