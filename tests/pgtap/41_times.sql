-- The one documented form of dates and times, the same on every server version.
begin;
select plan(9);

create function pg_temp.wrong(p_predicate regproc, p_expected boolean, p_values text[])
returns setof text language plpgsql as $$
begin
    return query execute format(
        'select coalesce(v, ''NULL'') from unnest($1) as v where %s(v) is distinct from $2', p_predicate
    ) using p_values, p_expected;
end
$$;

select is_empty(
    $$select pg_temp.wrong('loader.is_date', true, array[
        '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '1999-04-30', ' 1999-01-31 ', ''
    ])$$, 'dates are days of the calendar, as YYYY-MM-DD'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_date', false, array[
        '2023-02-29', '1900-02-29', '2100-02-29', '1999-04-31', '1999-13-01', '1999-00-10', '1999-03-00', '0000-01-01',
        'today', 'now', 'epoch', 'infinity', '-infinity', 'yesterday', '19990131', '1999-1-31', '31.01.1999', '99-01-31',
        '1999-01-31 BC', '1999-01-31T00:00', 'Jan 31 1999', '10000-01-01', U&'\FF11999-01-31', '1999'
    ])$$, 'days that are not there, words and other spellings are no dates'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_timestamp', true, array[
        '2024-02-29T00:00', '2024-02-29 23:59:59', '2024-02-29T23:59:59.123456', ' 1999-01-31T12:00 ', ''
    ])$$, 'timestamps are a date and a time of day'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_timestamp', false, array[
        '2023-02-29T00:00', '2024-02-29', '2024-02-29T24:00', '2024-02-29T23:60', '2024-02-29T23:59:60', '2024-02-29T1:00',
        '2024-02-29T12:00:00.1234567', '2024-02-29T12:00Z', 'now', 'infinity', '2024-02-29T12', '2024-02-29  12:00'
    ])$$, 'hour 24, leap seconds, zones and words are no timestamps'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_timestamptz', true, array[
        '2024-02-29T00:00Z', '2024-02-29 23:59:59+02', '2024-02-29T23:59:59.5-03:30', '2024-02-29T12:00+1545',
        '2024-02-29T12:00', ' 2024-02-29T12:00Z ', ''
    ])$$, 'timestamps with time zone may have Z or an offset'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_timestamptz', false, array[
        '2024-02-29T12:00+16', '2024-02-29T12:00+2', '2024-02-29T12:00 UTC', '2024-02-29T12:00 Europe/Berlin',
        '2024-02-29T12:00+02:60', '2024-02-29Z', 'Z', '+02', '2024-02-29T12:00ZZ', '2024-02-29T12:00+02+02', 'now'
    ])$$, 'names of zones and odd offsets are none'
);
select lives_ok(
    $$select v::date from unnest(array['2024-02-29', '0001-01-01', '9999-12-31']) as v$$, 'dates that fit can be cast'
);
select lives_ok(
    $$select v::timestamp from unnest(array['2024-02-29T00:00', '2024-02-29 23:59:59.123456']) as v$$,
    'timestamps that fit can be cast'
);
select lives_ok(
    $$select v::timestamptz from unnest(array['2024-02-29 23:59:59+02', '2024-02-29T12:00+1545', '2024-02-29T12:00-15:59']) as v$$,
    'timestamps with time zone that fit can be cast'
);

select * from finish();
rollback;
