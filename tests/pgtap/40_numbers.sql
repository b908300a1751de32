-- The one documented form of numbers and booleans, the same on every server version.
begin;
select plan(12);

-- Values that a predicate answers otherwise than it should.
create function pg_temp.wrong(p_predicate regproc, p_expected boolean, p_values text[])
returns setof text language plpgsql as $$
begin
    return query execute format(
        'select coalesce(v, ''NULL'') from unnest($1) as v where %s(v) is distinct from $2', p_predicate
    ) using p_values, p_expected;
end
$$;

select is_empty(
    $$select pg_temp.wrong('loader.is_integer', true, array[
        '0', '-0', '+1', '007', '2147483647', '-2147483648', '  5 ', E'\t6\r\n', '', '   ', '00000000000000000012'
    ])$$, 'integers may have a sign, leading zeros and blanks around; blank is none'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_integer', false, array[
        '0x10', '0b1', '0o7', '1_000', '1.0', '1e3', '2147483648', '-2147483649', '99999999999999999999', '+', '-', '--1',
        '1 2', 'NaN', U&'\FF11\FF12', U&'\0661', U&'\00A05', '1' || chr(11), '½'
    ])$$, 'hexadecimals, underscores, other digits and what is out of range are no integers'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_bigint', true, array[
        '9223372036854775807', '-9223372036854775808', '+0', ' 12 ', '', '000000000000000000000000000000000000001'
    ])$$, 'bigints reach to 64 bits'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_bigint', false, array[
        '9223372036854775808', '-9223372036854775809', '0x7fffffff', '1_0', '1.', '99999999999999999999999'
    ])$$, 'bigints do not reach farther'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_numeric', true, array[
        '1', '1.5', '-1.', '+.5', '0.000', repeat('9', 1000), ' 3.14 ', ''
    ])$$, 'numerics are finite decimals'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_numeric', false, array[
        'NaN', 'Infinity', '-inf', '1e5', '1E-5', '.', '+', '1,5', '1_000.0', '0x1F', '1.5.5', repeat('9', 1001),
        U&'\FF11'
    ])$$, 'NaN, infinity and exponents are no numerics'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_boolean', true, array['true', 'false', '1', '0', ' true ', E'\nfalse', ''])$$,
    'booleans are true, false, 1 and 0'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_boolean', false, array['t', 'f', 'yes', 'no', 'on', 'off', 'TRUE', 'True', '2', '00'])$$,
    'other words that PostgreSQL takes are no booleans'
);
select is(
    loader.is_integer(null) is null and loader.is_numeric(null) is null and loader.is_boolean(null) is null, true,
    'of what is not there nothing is said'
);
-- What passes can be cast: the cast is tried on nothing else.
select lives_ok(
    $$select btrim(v, E' \t\n\r')::integer from unnest(array['+1', '007', E'\t6\r\n', '-2147483648']) as v$$,
    'integers that fit can be cast'
);
select lives_ok(
    $$select v::numeric from unnest(array['-1.', '+.5', repeat('9', 1000)]) as v$$,
    'numerics that fit can be cast'
);
select lives_ok(
    $$select v::bigint from unnest(array['9223372036854775807', '000000000000000000000000000000000000001']) as v$$,
    'bigints that fit can be cast'
);

select * from finish();
rollback;
