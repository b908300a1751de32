-- Versions that other sources have of what this load read: all are counted, the first by key are kept as a sample.
with met as (
    select
        s.*,
        f._source as first_source,
        f._record as first_record
    from {{ stage | ident }}.{{ (root.name ~ '_share') | ident }} as s
    inner join {{ stage | ident }}.{{ (root.name ~ '_share') | ident }} as f
        on f._place = 1 and {{ root.primary_key | matches('f', 's') }}
    where
        s._place > 1
        and exists (
            select 1
            from {{ stage | ident }}.{{ (root.name ~ '_share') | ident }} as o
            inner join loader.source as r on r.source_id = o._source
            where r.load_id = _p_load and {{ root.primary_key | matches('o', 's') }}
        )
), counted as (
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from met as m
        where not exists (
            select 1 from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load
)
insert into loader.conflict (
    load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
)
select
    _p_load,
    {{ entity.name | literal }},
    jsonb_build_object(
{%- for name in root.primary_key %}
        {{ name | literal }}, m.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
    ),
    case when not m._contradicts then m.first_source end,
    case when not m._contradicts then m.first_record end,
    m._source,
    m._record,
    case
        when m._contradicts then 'error: the sources contradict each other'
        else {{ (entity.policy.name ~ ': ') | literal }} || loader.why_before(m.first_source, m._source)
    end
from met as m
order by {{ root.primary_key | idents('m') }}, m._place
limit 100;
