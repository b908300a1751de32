-- The one documented form of numbers and booleans, the same on every server version.
begin;
select plan(18);

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
        '1', '1.5', '-1.', '+.5', '0.000', repeat('9', 1000), ' 3.14 ', '', '1e5', '1.E-05', '-.5e+1000', '1e01000'
    ])$$, 'numerics are finite decimals, with an exponent of up to 1,000'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_numeric', false, array[
        'NaN', 'Infinity', '-inf', '1e1001', '1e-1001', '1e', 'e5', '1e5e5', '.e5', '.', '+', '1,5', '1_000.0', '0x1F', '1.5.5', repeat('9', 1001),
        U&'\FF11'
    ])$$, 'NaN, infinity and large exponents are no numerics'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_smallint', true, array['32767', '-32768', '+007', ' 1 ', ''])$$,
    'smallints reach to 16 bits'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_smallint', false, array['32768', '-32769', '1.0', '1e2', '100000'])$$,
    'smallints do not reach farther'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_double', true, array[
        '1e-50', '1.25E7', '.5', '-0.0', '0e9999', 'INF', '+INF', '-INF', 'NaN', ' 1 ', '', '4.9e-324', '2.5e-324',
        '1.7976931348623158e308', '0.' || repeat('0', 500) || '1e500'
    ])$$, 'doubles have a point, an exponent, or are infinite'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_double', false, array[
        '1e309', '-1.7976931348623159e308', '1e-400', '2.4e-324', '1e99999', 'Infinity', 'inf', '-NaN', '0x1p3', '1,5',
        repeat('9', 1001), 'e5', '1e', '.'
    ])$$, 'doubles neither overflow nor become zero'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_real', true, array['3.4028235e38', '1e-45', '-7.1e-46', '0', 'NaN', ''])
    union all
    select pg_temp.wrong('loader.is_real', false, array['3.5e38', '-3.5e38', '7e-46', '1e-400', 'inf', 'x'])$$,
    'reals neither overflow nor become zero'
);
select is_empty(
    $$select pg_temp.wrong('loader.is_uuid', true, array[
        'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ' A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 ', ''
    ])
    union all
    select pg_temp.wrong('loader.is_uuid', false, array[
        '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g'
    ])$$, 'uuids have one form'
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
