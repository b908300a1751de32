create or replace view loader.unmapped as
select
    f.load_id,
    f.source_id,
    f.path,
    sum(f.count)::bigint as count,
    (array_agg(f.example order by f.number))[1] as example
from (
    select
        c.load_id,
        c.source_id,
        c.number,
        u.key as path,
        (u.value ->> 0)::bigint as count,
        u.value ->> 1 as example
    from loader.chunk as c
    cross join lateral jsonb_each(c.unmapped) as u
    where c.unmapped <> '{}'
    union all
    select
        s.load_id,
        s.source_id,
        0,
        u.key as path,
        (u.value ->> 0)::bigint,
        u.value ->> 1
    from loader.source as s
    cross join lateral jsonb_each(s.other) as u
    where s.other <> '{}'
) as f
group by f.load_id, f.source_id, f.path;
comment on view loader.unmapped is
'Paths of each source that the mapping does not read, with their number and an example.';
