-- The first conflicts by key: which version won, and why.
insert into loader.conflict (
    load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
)
select
    _p_load,
    {{ entity.name | literal }},
    jsonb_build_object(
{%- for name in root.primary_key %}
        {{ name | literal }}, c.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
    ),
    w.source_id as winner_source,
    case when w.source_id is not null then c._winner_record end,
    c._source,
    c._record,
{%- if entity.policy.keeps_versions %}
    case
        when c._winner_source is null then 'error: the sources contradict each other'
        else {{ (entity.policy.name ~ ': ') | literal }} || loader.why_wins(c._winner_source, c._source)
    end
{%- else %}
{%- if entity.is_removable %}
    case when c._winner_removes then 'a delete record: ' else '' end ||
{%- endif %}
{%- if entity.policy.column %}
    case
        when c._winner_latest is distinct from c._latest then format(
            '%s: %s against %s',
            {{ entity.policy.column | literal }}, c._winner_latest, coalesce(c._latest::text, 'none')
        )
        else loader.why_wins(c._winner_source, c._source)
    end
{%- else %}
    loader.why_wins(c._winner_source, c._source)
{%- endif %}
{%- endif %}
from (
    select l.*
    from (
{% filter indent(8, true) %}{% include lost %}{% endfilter %}
    ) as l
    order by {{ root.primary_key | idents('l') }}, l._source, l._record
    limit 100
) as c
left join loader.source as w on w.source_id = c._winner_source;
