-- The first conflicts by key: which version won, and why. All are counted.
update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers)
where l.load_id = _p_load;
insert into loader.conflict (
    load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
)
select
    _p_load,
    {{ entity.name | literal }},
    jsonb_build_object(
{%- for name in root.primary_key %}
        {{ name | literal }}, o.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
    ),
    w._source as winner_source,
    w._record as winner_record,
    o._source as loser_source,
    o._record as loser_record,
    {% if entity.policy.column %}case
        when w.{{ entity.policy.column | ident }} is distinct from o.{{ entity.policy.column | ident }}
            then format(
                '%s: %s against %s', {{ entity.policy.column | literal }},
                w.{{ entity.policy.column | ident }}, coalesce(o.{{ entity.policy.column | ident }}::text, 'none')
            )
        else {% endif %}loader.why_before(w._source, o._source){% if entity.policy.column %}
    end{% endif %}

from (
    select b.*
    from {{ build | ident }}.{{ root.name | ident }} as b
    where {{ root | record_id('b') }} in (select unnest(_v_losers))
    order by {{ root.primary_key | idents('b') }}, b._source, b._record
    limit 100
) as o
inner join {{ build | ident }}.{{ root.name | ident }} as w on {{ root.primary_key | matches('w', 'o') }}
where {{ root | record_id('w') }} not in (select unnest(_v_losers));
