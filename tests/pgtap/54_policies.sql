-- Every policy, by hand: what becomes of a key that two shops have.
begin;
select plan(33);

create function pg_temp.bring(
    p_entity text, p_name text, p_snapshot date, p_offers jsonb, p_mode text default 'merge', p_priority integer default 0,
    p_options jsonb default '{}'
)
returns bigint language plpgsql as $$
-- A whole load of one source. An offer: [id, name, price, tag …].
declare
    v_load bigint := loader.start_load('market', p_mode, p_options => p_options);
    v_records bigint := jsonb_array_length(p_offers);
    v_source bigint := loader.register_source(
        v_load, p_name || '.' || p_entity, '/' || p_name, 1, array[p_entity], p_snapshot => p_snapshot, p_priority => p_priority
    );
    v_chunk bigint := loader.plan_chunk(v_source, loader.make_piece(1, 1, v_records, 1));
    v_token bigint;
begin
    perform loader.finish_source(v_source, null, md5(p_name || p_offers::text), 1, v_records);
    select c.lease_token into v_token from loader.claim_chunk(v_load, 'tap') as c;
    execute format(
        'insert into market_stage.%1$I (_slot, id, name, price, _source, _record, _hash) '
        'select 0, (o.offer ->> 0)::integer, o.offer ->> 1, (o.offer ->> 2)::numeric, $1, o.number, md5(o.offer::text)::uuid '
        'from jsonb_array_elements($2) with ordinality as o (offer, number)',
        p_entity
    ) using v_source, p_offers;
    execute format(
        'insert into market_stage.%1$I (_slot, %2$I, ordinal, tag, _rec) '
        'select 0, (o.offer ->> 0)::integer, t.place - 3, t.tag, ($1 << 40) | o.number '
        'from jsonb_array_elements($2) with ordinality as o (offer, number) '
        'cross join jsonb_array_elements_text(o.offer) with ordinality as t (tag, place) where t.place > 3',
        p_entity || '_tag', p_entity || '_id'
    ) using v_source, p_offers;
    call loader.merge_chunk(v_chunk, v_token);
    call loader.finish_load(v_load);
    return v_load;
end
$$;
create function pg_temp.found(p_entity text) returns text language plpgsql as $$
-- The rows of an entity on one line.
declare
    v_found text;
begin
    execute format(
        'select string_agg(concat_ws('' '', t.id, coalesce(t.name, ''-''), coalesce(t.price::text, ''-''), '
        '(select string_agg(c.tag, '' '' order by c.ordinal) from market.%2$I as c where c.%3$I = t.id)), ''; '' order by t.id) '
        'from market.%1$I as t', p_entity, p_entity || '_tag', p_entity || '_id'
    ) into v_found;
    return v_found;
end
$$;
create function pg_temp.counts(p_load bigint) returns text language sql as $$
    select format('i%s u%s n%s d%s r%s', l.inserted, l.updated, l.unchanged, l.duplicate, l.rejected)
    from loader.load as l where l.load_id = p_load
$$;

select loader.prepare_slot('market', 0);
-- The offers here are all of one kind.
alter table market_stage.merged alter column kind set default 'plain';
alter table market_stage.merged_tag alter column merged_kind set default 'plain';

select pg_temp.bring('newest', 'ann', '2026-02-01', '[[1, "cup", 2, "red"]]');
select pg_temp.bring('newest', 'bob', '2026-01-01', '[[1, "mug", null, "old", "blue"], [2, "jug", 3]]');
select is(pg_temp.found('newest'), '1 cup 2 red; 2 jug 3', 'newest: the later snapshot wins, children follow their root');
select pg_temp.bring('newest', 'bob', '2026-01-02', '[[1, "mug", 9]]', p_priority => 1);
select is(pg_temp.found('newest'), '1 mug 9; 2 jug 3', 'the larger priority goes before the snapshot');
select pg_temp.bring('oldest', 'ann', '2026-02-01', '[[1, "cup", 2, "red"], [1, "cap", 2]]');
select is(pg_temp.found('oldest'), '1 cup 2 red', 'first: of two records of one source the first stays');
select pg_temp.bring('oldest', 'bob', '2026-01-01', '[[1, "mug", 9, "blue"]]');
select pg_temp.bring('oldest', 'cy', '2026-03-01', '[[1, "new", 1]]');
select is(pg_temp.found('oldest'), '1 mug 9 blue', 'first: the earliest snapshot stays');
select pg_temp.bring('latest', 'ann', '2026-02-01', '[[1, "b", 2], [2, null, 1], [3, "x", 1]]');
select pg_temp.bring('latest', 'bob', '2026-01-01', '[[1, "c", 9], [2, "a", 9], [3, "x", 9]]');
select pg_temp.bring('latest', 'cy', '2026-03-01', '[[1, null, 5], [2, "Z", 5]]');
select is(
    pg_temp.found('latest'), '1 c 9; 2 a 9; 3 x 1',
    'latest_by: the larger value wins, by code point, NULL loses, between equal ones the snapshot decides'
);

select pg_temp.bring('filled', 'ann', '2026-02-01', '[[1, null, 2, "red"], [2, "", null]]') as first \gset
select is(pg_temp.counts(:first), 'i2 u0 n0 d0 r0', 'fill: what is new counts as inserted');
select pg_temp.bring('filled', 'bob', '2026-01-01', '[[1, "mug", 9, "old", "blue"], [2, "jug", 3], [2, "jar", 4]]') as second \gset
select is(
    pg_temp.found('filled'), '1 mug 2 red blue; 2  4',
    'fill: the best source that has a value, column by column; children by key; an empty text is a value'
);
select is(pg_temp.counts(:second), 'i0 u2 n0 d1 r0', 'fill: one record of a key stands for it');
select is(
    pg_temp.counts(pg_temp.bring('filled', 'cy', '2025-01-01', '[[1, "pot", 7, "x", "y"]]')), 'i0 u0 n1 d0 r0',
    'fill: what adds nothing changes nothing'
);
select pg_temp.bring('filled', 'ann', '2026-03-01', '[[1, null, null]]');
select is(pg_temp.found('filled'), '1 mug 9 old blue; 2  4', 'fill: a newer issue of a source takes the place of its older one');
select results_eq(
    $$select count(*)::integer from market_history.filled_version as v join loader.source as s using (source_id)
    where v.id = 1 and s.name = 'ann.filled'$$, array[2],
    'the older issue stays as long as the load can be rolled back'
);
select pg_temp.bring('filled', 'ann', '2026-04-01', '[[1, null, null]]');
select results_eq(
    $$select s.snapshot::text from market_history.filled_version as v join loader.source as s using (source_id)
    where v.id = 1 and s.name = 'ann.filled' order by 1$$, array['2026-03-01', '2026-04-01'],
    'the next load forgets it, where no history is kept'
);
select results_eq(
    $$select distinct why from loader.conflict where entity = 'filled' and key = '{"id": 1}' and load_id = $$ || :second,
    $$values ('fill: snapshot: 2026-02-01 against 2026-01-01')$$, 'fill: conflicts are sampled'
);
select is((select conflicts from loader.load where load_id = :second), 3::bigint, 'and counted');

select pg_temp.bring('kept', 'ann', '2026-02-01', '[[1, "cup", 2]]');
select pg_temp.bring('kept', 'bob', '2026-01-01', '[[1, "mug", 9]]');
select is(pg_temp.found('kept'), '1 cup 2', 'keep_all: the table has the newest');
select results_eq(
    $$select content #>> '{row,name}' from market_history.kept_version order by 1$$, array['cup', 'mug'],
    'the versions of all sources stay'
);

select pg_temp.bring('agreed', 'ann', '2026-02-01', '[[1, "cup", 2, "red"], [2, "jug", 1], [3, "pan", 1]]');
select pg_temp.bring('agreed', 'bob', '2026-01-01', '[[1, "cup", 2, "blue"], [2, "jug", 1], [4, "pot", 1]]') as against \gset
select is(
    pg_temp.found('agreed'), '2 jug 1; 3 pan 1; 4 pot 1', 'error: a key about which the sources differ is in no table'
);
select is_empty('select from market.agreed_tag', 'nor are its children');
select is(pg_temp.counts(:against), 'i1 u0 n1 d0 r1', 'error: the version of this load counts as rejected');
select results_eq(
    format('select s.name, r.record, r.reason, r.chunk_id is null, r.message like %L from loader.reject as r join loader.source as s '
        'using (source_id) where r.load_id = %s order by 1', '%ann.agreed record 1 says%"red"%bob.agreed record 1 says%"blue"%', :against),
    $$values ('ann.agreed', 1::bigint, 'conflict', true, true), ('bob.agreed', 1, 'conflict', false, true)$$,
    'error: both versions are rejected, each reject shows both'
);
select results_eq(
    'select op, hash_after is null from market_history.agreed_change where id = 1 and load_id = ' || :against,
    $$values ('delete', true)$$, 'error: taking the first version back is a change'
);
select is(
    pg_temp.counts(pg_temp.bring('agreed', 'bob', '2026-03-01', '[[1, "cup", 2, "red"]]')), 'i1 u0 n0 d0 r0',
    'error: it comes back once the sources agree'
);
select throws_ok(
    $$select pg_temp.bring('agreed', 'cy', '2026-03-01', '[[1, "cap", 1]]', p_options => '{"max_rejects": {"count": 0}}')$$,
    'LD009', null, 'error: these rejects count towards max_rejects'
);
select is(pg_temp.found('agreed'), '1 cup 2 red; 2 jug 1; 3 pan 1; 4 pot 1', 'with its children');

-- The example of docs/conflicts.md, Bob first, then Ann.
create function pg_temp.both(p_entity text) returns text language sql as $$
    select pg_temp.bring(p_entity, 'bob', '2025-01-01', '[[9, "mug", 9, "old", "blue"]]');
    select pg_temp.bring(p_entity, 'ann', '2025-02-01', '[[9, null, 2, "red"]]');
    select (regexp_match(pg_temp.found(p_entity), '9 [^;]*$'))[1]
$$;
select results_eq(
    $$select e.name, pg_temp.both(e.name)
    from unnest('{newest,oldest,latest,filled,merged,agreed,kept}'::text[]) with ordinality as e (name, place)
    order by e.place$$,
    $$values
        ('newest', '9 - 2 red'), ('oldest', '9 mug 9 old blue'),
        ('latest', '9 mug 9 old blue'), ('filled', '9 mug 2 red blue'), ('merged', '9 mug 2 red blue'), ('agreed', null),
        ('kept', '9 - 2 red')$$,
    'each policy has the outcome that the page on conflicts shows'
);
select pg_temp.bring('merged', 'cy', '2025-01-15', '[[9, "cup", 1, "a", "b", "c"]]');
select is(pg_temp.found('merged'), '9 cup + mug 1 red b c', 'merge: expressions see all versions in conflict order');
select pg_temp.bring('merged', 'dee', '2024-01-15', '[[9, "cup", 1], [10, "pot", null]]', 'replace');
select is(
    (select string_agg(format('%s %s', id, name), '; ' order by id) from market_build.merged), '9 cup; 10 pot',
    'a replace is made of its own versions only'
);
select loader.cancel_load((select max(load_id) from loader.load));

delete from market.agreed;
select loader.start_load('market', p_entities => '{agreed}') as load \gset
select is((select mode from loader.load where load_id = :load), 'merge', 'versions are there though the table is empty');
select loader.cancel_load(:load);
delete from market.newest;
select loader.start_load('market', p_entities => '{newest}') as load \gset
select is((select mode from loader.load where load_id = :load), 'replace', 'other tables that are empty are built anew');
select loader.cancel_load(:load);
select throws_ok(
    $$select loader.start_load('market', 'merge', p_options => '{"visibility": "chunk"}')$$, '22023', null,
    'policies that need all versions of a key cannot be applied chunk by chunk'
);
select is(loader.feed_of('ann_20260201.xml.gz', '2026-02-01'), 'ann_.xml',
    'the date and the packing are no part of a series');
select is(loader.feed_of('ann-2026-02.xml', '2026-02-01'), 'ann-.xml', 'nor is a month');
select is(
    loader.feed_of('ann_20260201.xml.gz.replay-0123abcd.xml', '2026-02-01'), 'ann_.xml', 'nor that records were mended'
);

select * from finish();
rollback;
