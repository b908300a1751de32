-- One row per chunk: the keys that it read and the outcome of each (i inserted, u updated, n unchanged,
-- d duplicate). A chunk that is merged again keeps its earlier outcomes, except for what it writes now.
with earlier as (
    select
        u.record,
        u.outcome
    from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as n
    cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
    where n.chunk_id = _p_chunk
), judged as (
    select
        {{ root.primary_key | idents('s') }},
        s._record,
        case
            when o.outcome is not null and w.fresh is null then o.outcome
            when w.fresh then 'i'
            when not w.fresh then 'u'
            when not (s._record = any(_v_winners)) then 'd'
            when t._hash = s._hash and t._source < _p_first then 'n'
            else 'd'
        end as outcome
    from {{ stage | ident }}.{{ root.name | ident }} as s
    left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
    left join earlier as o on o.record = s._record
    left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 's') }}
    where s._slot = _p_slot
    union all
    select
        {{ root.primary_key | idents('u') }},
        u._record,
        coalesce(o.outcome, 'n') as outcome
    from unnest({{ (['_v_same_record'] + (root | same)) | join(', ') }})
        as u (_record, {{ root.primary_key | idents }})
    left join earlier as o on o.record = u._record
), kept as (
    insert into {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} (
        chunk_id, {{ root.primary_key | idents }}, record, outcome
    )
    select
        _p_chunk,
{%- for name in root.primary_key %}
        array_agg(j.{{ name | ident }} order by j._record),
{%- endfor %}
        array_agg(j._record order by j._record),
        string_agg(j.outcome, '' order by j._record)
    from judged as j
    having count(*) > 0
    on conflict (chunk_id) do update set
{%- for name in root.primary_key %}
        {{ name | ident }} = excluded.{{ name | ident }},
{%- endfor %}
        record = excluded.record,
        outcome = excluded.outcome
)
select
    count(*) filter (where j.outcome = 'i'),
    count(*) filter (where j.outcome = 'u'),
    count(*) filter (where j.outcome = 'n'),
    count(*) filter (where j.outcome = 'd')
{{ ['_p_inserted', '_p_updated', '_p_unchanged', '_p_duplicate'] | into }}
from judged as j;
