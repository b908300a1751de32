-- Rows of keys that the load has read and not written, although these rows carry numbers of its sources: no
-- chunk has written them.
with refused as materialized (
    select distinct {{ root.primary_key | idents('u') }}
    from loader.chunk as c
    inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, outcome)
    where c.load_id = _p_load and position('d' in s.outcome) > 0 and u.outcome = 'd'
), claimed as materialized (
    select
        {{ root.primary_key | idents('t') }},
        t._source,
        t._record
    from refused as r
    inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'r') }}
    where
        t._source in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
), written as (
    select
        c.source_id,
        u.*
    from loader.chunk as c
    inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, s.record, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, record, outcome)
    where c.load_id = _p_load and u.outcome in ('i', 'u')
)
select count(*)
{{ ['_v_rows'] | into }}
from claimed as k
left join written as w
    on w.source_id = k._source and w.record = k._record and {{ root.primary_key | matches('w', 'k') }}
where w.record is null;
