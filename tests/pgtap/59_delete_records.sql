-- Delete records by hand: rows in staging or in the build whose hash is loader.removed_hash().
begin;
select plan(21);

create function pg_temp.bring(p_name text, p_snapshot date, p_entries jsonb, p_text boolean default false)
returns bigint language plpgsql as $$
-- A merge of one source. An entry: [id, version, words]; without words, it is a delete record.
declare
    v_load bigint := loader.start_load('diary', 'merge');
    v_records bigint := jsonb_array_length(p_entries);
    v_source bigint := loader.register_source(v_load, p_name, '/' || p_name, 1, '{entry}', p_snapshot => p_snapshot);
    v_chunk bigint := loader.plan_chunk(v_source, loader.make_piece(1, 1, v_records, 1));
    v_token bigint;
begin
    perform loader.finish_source(v_source, null, md5(p_name || p_entries::text), 1, v_records);
    select c.lease_token into v_token from loader.claim_chunk(v_load, 'tap') as c;
    execute format(
        'insert into diary_stage.%I (_slot, id, version, words, _source, _record, _hash) '
        'select 0, %s, e.entry ->> 2, $1, e.number, '
        'case when e.entry ->> 2 is null then loader.removed_hash() else md5(e.entry::text)::uuid end '
        'from jsonb_array_elements($2) with ordinality as e (entry, number)',
        case when p_text then 'entry_text' else 'entry' end,
        case when p_text then 'e.entry ->> 0, e.entry ->> 1' else '(e.entry ->> 0)::integer, (e.entry ->> 1)::integer' end
    ) using v_source, p_entries;
    if p_text then
        perform loader.stage_chunk(v_chunk, v_token);
        call loader.merge_chunk(v_chunk, v_token, null);
    else
        call loader.merge_chunk(v_chunk, v_token);
    end if;
    call loader.finish_load(v_load);
    return v_load;
end
$$;
create function pg_temp.found() returns text language sql as $$
    select string_agg(concat_ws(' ', e.id, e.version, e.words), '; ' order by e.id) from diary.entry as e
$$;
create function pg_temp.counts(p_load bigint) returns text language sql as $$
    select format('i%s u%s x%s n%s d%s r%s', l.inserted, l.updated, l.removed, l.unchanged, l.duplicate, l.rejected)
    from loader.load as l where l.load_id = p_load
$$;

select loader.prepare_slot('diary', 0);
select throws_ok(
    $$select loader.start_load('diary', 'merge', p_options => '{"visibility": "chunk"}')$$, '22023', null,
    'delete records are not applied chunk by chunk'
);
select throws_ok(
    $$select loader.start_load('diary', 'merge', p_options => '{"deletes": "delete"}')$$, '22023', null,
    'a file with delete records is no full snapshot'
);

select pg_temp.bring('a', '2026-01-01', '[[1, 1, "rain"], [2, 1, "sun"], [3, 1, "snow"]]') as first \gset
select is(pg_temp.counts(:first), 'i3 u0 x0 n0 d0 r0', 'records without delete records are counted as always');
select pg_temp.bring('c', '2026-01-03', '[[1, 2], [2, 0], [4, 1], [3, 2, "ice"], [3, 3]]') as third \gset
select is(pg_temp.found(), '2 1 sun', 'a delete record wins over older versions, in its file, too');
select is(
    pg_temp.counts(:third), 'i0 u0 x2 n1 d2 r0', 'it deletes a row, finds none, or loses: every record is accounted for'
);
select results_eq(
    'select id, record, _latest from diary_history.entry_removed order by id',
    $$values (1, 1::bigint, 2), (2, 2, 0), (3, 5, 3), (4, 3, 1)$$, 'all of them stay recorded, and of each key the one that wins'
);
select results_eq(
    'select id, op, record_before, record_after, hash_after = loader.removed_hash() '
    'from diary_history.entry_change where load_id = ' || :third || ' order by id',
    $$values (1, 'delete', 1::bigint, 1::bigint, true), (3, 'delete', 3, 5, true)$$,
    'the history says which record has deleted a row'
);
select is_empty('select from diary.entry where _hash = loader.removed_hash()', 'none of them is a row');
select pg_temp.bring('b', '2026-01-02', '[[1, 1, "hail"], [3, 2, "fog"], [4, 1, "wind"]]') as late \gset
select is(pg_temp.found(), '2 1 sun', 'an older file that comes late brings nothing back');
select is(pg_temp.counts(:late), 'i0 u0 x0 n0 d3 r0', 'what it has loses');
select results_eq(
    'select c.key ->> ''id'', c.winner_record, c.why from loader.conflict as c where c.load_id = ' || :late || ' order by 1',
    $$values
    ('1', 1::bigint, 'a delete record: version: 2 against 1'), ('3', 5, 'a delete record: version: 3 against 2'),
    ('4', 3, 'a delete record: snapshot: 2026-01-03 against 2026-01-02')$$,
    'the reason names the delete record'
);
select ok(loader.has_removals('diary'), 'the dataset remembers that something is deleted');
select pg_temp.bring('d', '2026-01-04', '[[3, 4, "frost"], [1, 2, "dew"]]') as fourth \gset
select is(pg_temp.found(), '1 2 dew; 2 1 sun; 3 4 frost', 'newer versions come back, by the order of files if the versions are equal');
select is(pg_temp.counts(:fourth), 'i2 u0 x0 n0 d0 r0', 'they are new rows');
select throws_like(
    'call loader.rollback(' || :third || ')', '%cannot be rolled back%', 'what later loads depend on cannot be rolled back'
);
call loader.rollback(:fourth);
select is(pg_temp.found(), '2 1 sun', 'a rollback of what came back lets the delete records count again');
call loader.rollback(:late);
call loader.rollback(:third);
select is(pg_temp.found(), '1 1 rain; 2 1 sun; 3 1 snow', 'a rollback of delete records brings the rows back');
select ok(not loader.has_removals('diary'), 'they count no longer');

-- Validated as text: the rules of other columns do not concern a delete record.
select pg_temp.bring('e', '2026-01-05', '[[1, 5], ["x", 5], [2, "y"], [2, 6, null]]', true) as fifth \gset
select is(pg_temp.found(), '3 1 snow', 'delete records are validated as text, too');
select is(pg_temp.counts(:fifth), 'i0 u0 x2 n0 d0 r2', 'a key or a version that does not fit is a reject');
select results_eq(
    'select record, column_name, reason, key from loader.reject where load_id = ' || :fifth || ' order by record',
    $$values (2::bigint, 'id', 'type', null::jsonb), (3, 'version', 'type', '{"id": 2}')$$,
    'and nothing else of it is examined'
);
select * from finish();
rollback;
