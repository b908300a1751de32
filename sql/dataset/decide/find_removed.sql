-- The delete records of other loads: of each key the one that wins over the others, and whether it wins over a version.
-- None of them is compared by its hash.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set
    _gone_source = r.source_id,
    _gone_record = r.record,
    _gone_place = r.place,
{%- if entity.policy.column %}
    _gone_latest = r._latest,
    _gone_wins = coalesce(r._latest > v._latest or r._latest is not null and v._latest is null, false)
    or r._latest is not distinct from v._latest and (r.place, r.record) > (v._place, v._record)
{%- else %}
    _gone_wins = (r.place, r.record) > (v._place, v._record)
{%- endif %}
from (
    select distinct on ({{ root.primary_key | idents('w') }})
        {{ root.primary_key | idents('w') }},
        w.source_id,
        w.record,
{%- if entity.policy.column %}
        w._latest,
{%- endif %}
        p.place
    from {{ history | ident }}.{{ (root.name ~ '_removed') | ident }} as w
    inner join loader.removing_sources({{ dataset.name | literal }}, {{ entity.name | literal }}) as p
        on p.source_id = w.source_id
    where ({{ root.primary_key | idents('w') }}) in (
        select {{ root.primary_key | idents('d') }}
        from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as d
    )
    order by {{ root.primary_key | idents('w') }}, {{ entity | winner_first('p.place', 'w.record', 'w._latest') }}
) as r
where {{ root.primary_key | matches('r', 'v') }};
