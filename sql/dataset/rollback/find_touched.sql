-- Records that are no longer as the load left them.
select
    count(*),
    array_agg(o.key order by o.place) filter (where o.place <= 20)
{{ ['_p_touched', '_p_keys'] | into }}
from (
    select
        {{ root.name | literal }} || ' ' || concat_ws('/', {{ root.primary_key | idents('c') }}) as key,
        row_number() over (order by {{ root.primary_key | idents('c') }}) as place
    from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
    left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'c') }}
    where
        c.load_id = _p_undone
        and (t._source, t._record, t._hash{{ ', t._gone_since is null' if marks }}) is distinct from (
{%- if entity.is_removable %}
            case when c.op <> 'delete' then c.source_after end,
            case when c.op <> 'delete' then c.record_after end,
            case when c.op <> 'delete' then c.hash_after end
{%- else %}
            case c.op when 'mark' then c.source_before else c.source_after end,
            case c.op when 'mark' then c.record_before else c.record_after end,
            case c.op when 'mark' then c.hash_before else c.hash_after end
{%- endif %}
{%- if marks %},
            case c.op when 'mark' then false when 'delete' then t._gone_since is null else true end
{%- endif %}
        )
) as o;
