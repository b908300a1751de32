create or replace function loader.count_expected_rows(p_load bigint)
returns jsonb
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Number of rows that the chunks of a load have put into each shadow table, by its name. Null if this is not known
    -- because an older version of the loader has loaded some chunk.
    with done as materialized (
        select c.rows, c.inserted
        from load as l join chunk as c on c.load_id = l.load_id and c.epoch = l.epoch
        where l.load_id = p_load and c.state = 'done'
    )
    select case when not exists (select 1 from done as d where d.rows is null and d.inserted > 0) then (
        select coalesce(jsonb_object_agg(t.name, t.total), '{}')
        from (
            select e.name, sum(e.count::bigint) as total
            from done as d cross join jsonb_each_text(d.rows) as e (name, count)
            group by e.name
        ) as t
    ) end
$$;
comment on function loader.count_expected_rows(bigint) is
'Number of rows that the chunks of a load have put into each shadow table.';
