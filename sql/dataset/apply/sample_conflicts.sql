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
    c.winner_source,
    c.winner_record,
    c._source,
    c._record,
    {% if entity.policy.column %}case
        when c.winner_latest is distinct from c._latest
            then format(
                '%s: %s against %s',
                {{ entity.policy.column | literal }}, c.winner_latest, coalesce(c._latest::text, 'none')
            )
        else {% endif %}loader.why_before(c.winner_source, c._source){% if entity.policy.column %}
    end{% endif %}

from (
    select
        v.*,
        case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as winner_source,
        case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as winner_record
{%- if entity.policy.column %},
        case when v._version > 1 and w._outcome <> 'd' then w._latest else v._old_latest end as winner_latest
{%- endif %}
    from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
    left join {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as w
        on w._version = 1 and w._chunk is not null and v._version > 1 and {{ root.primary_key | matches('w', 'v') }}
    where v._outcome = 'd'
    order by {{ root.primary_key | idents('v') }}, v._rec
    limit 100
) as c;
