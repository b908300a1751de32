create or replace procedure {{ stage | ident }}.{{ ('decide_' ~ root.name) | ident }}(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every {{ root.name }} that a load read: which version of a key wins, and whether it wins over the row
-- in the table. Writes only {{ root.name }}_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, {{ entity.policy.name | literal }});
    _v_late bigint[] := loader.out_of_order_sources(_p_load, {{ entity.name | literal }});
begin
    truncate
        {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }},
        {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }};
{% filter indent(4, true) %}{% include 'decide/decide_staged.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'decide/decide_unchanged.sql' %}{% endfilter %}
    if _v_late <> '{}' then
{% filter indent(8, true) %}{% include 'decide/decide_out_of_order.sql' %}{% endfilter %}
    end if;
{% filter indent(4, true) %}{% include 'decide/order_versions.sql' %}{% endfilter %}
    if _v_confirming <> '{}' then
{% filter indent(8, true) %}{% include 'decide/respect_confirmed.sql' %}{% endfilter %}
    end if;
{%- if entity.is_removable %}
{% filter indent(4, true) %}{% include 'decide/find_removed.sql' %}{% endfilter %}
{%- endif %}
{% filter indent(4, true) %}{% include 'decide/decide_outcomes.sql' %}{% endfilter %}
    -- The plans of the following statements depend on the number of each outcome.
    perform loader.gather_statistics(
        {{ (stage | ident ~ '.' ~ (root.name ~ '_decision') | ident) | literal }}::regclass
    );
end
$$;
comment on procedure {{ stage | ident }}.{{ ('decide_' ~ root.name) | ident }}(bigint) is
'Decides about every {{ root.name }} that a load read.';
create or replace procedure {{ stage | ident }}.{{ ('pick_absent_' ~ root.name) | ident }}(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to {{ root.name }}_decision the rows that a full snapshot lacks
{%- if entity.generated_key %}, and those that a newer edition of a
-- feed lacks{% endif %}. A record that it rejected is not missing,
-- nor one that another dump, which is not older, has found unchanged.
-- If it is out of order, newer snapshots have decided about all keys except those that they rejected. Called by
-- loader.limit_deletions.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, {{ entity.name | literal }});
    _v_older bigint[] := loader.older_sources(_p_load, {{ entity.name | literal }});
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, {{ entity.name | literal }}) as n
        where n.is_complete
    );
begin
{%- if entity.generated_key %}
{% with among = 'series' %}{% filter indent(4, true) %}{% include 'decide/pick_absent.sql' %}{% endfilter %}{% endwith %}
{%- endif %}
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load, true)
        )
    then
        return;
    end if;
{% with among = 'older' %}{% filter indent(4, true) %}{% include 'decide/pick_absent.sql' %}{% endfilter %}{% endwith %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('pick_absent_' ~ root.name) | ident }}(bigint) is
'Adds the rows that a full snapshot lacks to the decisions.';
