-- Users' triggers or rules may have skipped rows, added some, or given them other keys. A root that was
-- not written may have lost to a newer one meanwhile. A child row with other values, which this transaction
-- has not written, was skipped.
select sum(u.unkept)
{{ ['_v_unkept'] | into }}
from (
    select count(*) as unkept
    from {{ stage | ident }}.{{ root.name | ident }} as s
    left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 's') }}
    where
        s._slot = _p_slot
        and s._record = any(_v_writing)
        and (
            t._source is null
            or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
            or s._record <> all(_v_records)
            and (t._hash <> s._hash or t._source >= _p_first{{ ' or t._gone_since is not null' if marks }})
            and loader.is_newer(s._source, s._record, t._source, t._record, {{ entity.policy.name | literal }})
        )
{%- for table in tables %}
    union all
    select count(*)
    from {{ stage | ident }}.{{ table.name | ident }} as s
    where
        s._slot = _p_slot
        and s._rec = any(_v_inserted || _v_updated)
        and not exists (
            select 1 from {{ target | ident }}.{{ table.name | ident }} as t
            where
                {{ table.primary_key | matches('t', 's', 16) }}
{%- if table.columns %}
                and (
                    age(t.xmin) <= age(pg_current_xact_id()::xid)
                    or ({{ table.columns | compared('t') | filled(20) }})
                    is not distinct from
                    ({{ table.columns | compared('s') | filled(20) }})
                )
{%- endif %}
        )
    union all
    select count(*)
    from {{ stage | ident }}.{{ root.name | ident }} as r
    inner join {{ target | ident }}.{{ table.name | ident }} as t on {{ table | belongs(root, 't', 'r') }}
    where
        r._slot = _p_slot
        and {{ root | record_id('r') }} = any(_v_inserted || _v_updated)
        and not exists (
            select 1 from {{ stage | ident }}.{{ table.name | ident }} as s
            where
                s._slot = _p_slot
                and s._rec = {{ root | record_id('r') }}
                and {{ table.primary_key | matches('s', 't', 16) }}
        )
        and not loader.is_referenced({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, t.ctid)
{%- endfor %}
) as u;
