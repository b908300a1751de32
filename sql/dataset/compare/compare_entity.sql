create or replace function {{ stage | ident }}.{{ ('changed_' ~ root.name) | ident }}(
    _p_first bigint,
    _p_hash uuid[],
{%- for column in root.key %}
    _p_{{ loop.index }} {{ column | type }}[]{{ ',' if not loop.last }}
{%- endfor %}
)
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that do not equal a row of {{ target }}.{{ root.name }} with their key from before the
-- load whose first source is _p_first. Row by row with the key's index, because dumps are in key order.
#variable_conflict use_column
declare
    _v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into _v_places
    from unnest(_p_hash, {% for _ in root.key %}_p_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %})
        with ordinality as u (_hash, {{ root.primary_key | idents }}, place)
    where (
        select t._hash = u._hash and t._source < _p_first{{ ' and t._gone_since is null' if marks }}
        from {{ target | ident }}.{{ root.name | ident }} as t
        where {{ root.primary_key | matches('t', 'u') }}
    ) is not true;
    return _v_places;
end
$$;
revoke all on function {{ stage | ident }}.{{ ('changed_' ~ root.name) | ident }}(
    bigint, uuid[]{% for column in root.key %}, {{ column | type }}[]{% endfor %}
) from public;
comment on function {{ stage | ident }}.{{ ('changed_' ~ root.name) | ident }}(
    bigint, uuid[]{% for column in root.key %}, {{ column | type }}[]{% endfor %}
) is
'Places of the records that differ from the {{ root.name }} with their key.';
