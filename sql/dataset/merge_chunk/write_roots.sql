-- Whether this version is newer must be compared with the row when it is locked, because other workers
-- write it, too.
with written as (
{% filter indent(4, true) %}{% include 'apply/apply_root.sql' %}{% endfilter %}
    where
        (t._hash <> excluded._hash or t._source >= _p_first{{ ' or t._gone_since is not null' if marks }})
        and (
            loader.is_newer(
                excluded._source, excluded._record, t._source, t._record, {{ entity.policy.name | literal }}
            )
            or (t._hash = loader.unknown_hash(){{ ' or t._gone_since is not null' if marks }})
            and not loader.is_newer(
                t._source, t._record, excluded._source, excluded._record, {{ entity.policy.name | literal }}
            )
        )
    returning {{ root.primary_key | idents('t') }}, t._source, t._record, (t.xmax = 0) as fresh
)
select
{%- for column in root.key %}
    array_agg(w.{{ column.name | ident }}) filter (where w.fresh),
    array_agg(w.{{ column.name | ident }}) filter (where not w.fresh),
{%- endfor %}
    coalesce(array_agg({{ root | record_id('w') }}) filter (where w.fresh), '{}'),
    coalesce(array_agg({{ root | record_id('w') }}) filter (where not w.fresh), '{}'),
    coalesce(array_agg(w._record), '{}'),
    coalesce(array_agg(w.fresh), '{}')
{{ ((root | written) + ['_v_inserted', '_v_updated', '_v_records', '_v_fresh']) | into }}
from written as w;
