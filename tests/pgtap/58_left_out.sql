-- A condition of COPY leaves rows out and remembers them, in the session that copies, until they are taken.
begin;
select plan(6);

select is(loader.take_left_out(), '', 'at first, nothing was left out');
select is(
    (
        select count(*) from generate_series(1, 300) as n (number)
        where case when n.number % 3 = 0 then loader.leave_out(n.number, 'where') else true end
    ),
    200::bigint, 'a row that is left out does not fulfil the condition'
);
select is(
    (
        select array_agg(t.word::integer order by t.word::integer)
        from string_to_table(rtrim(loader.take_left_out()), ' ') as t (word)
        where t.word <> 'where'
    ),
    (select array_agg(3 * n.place order by n.place) from generate_series(1, 100) as n (place)),
    'each of them is remembered once, by its record'
);
select is(loader.take_left_out(), '', 'rows that were taken are forgotten');
select throws_ok(
    $$do 'begin perform loader.leave_out(1, $x$check$x$); raise exception $x$no$x$; end'$$, 'P0001', 'no',
    'a subtransaction in which a row is left out is rolled back'
);
select is(loader.take_left_out(), '', 'so this row is forgotten');

select * from finish();
rollback;
