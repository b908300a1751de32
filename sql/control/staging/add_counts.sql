create or replace function loader.add_counts(p_one jsonb, p_other jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- Adds counts by name: {"film": 3} and {"film": 2, "cast": 7} make {"film": 5, "cast": 7}.
    select coalesce(jsonb_object_agg(c.name, c.total), '{}')
    from (
        select e.name, sum(e.count::bigint) as total
        from (select * from jsonb_each_text(p_one) union all select * from jsonb_each_text(p_other)) as e (name, count)
        group by e.name
    ) as c
$$;
comment on function loader.add_counts(jsonb, jsonb) is 'Adds counts by name.';
