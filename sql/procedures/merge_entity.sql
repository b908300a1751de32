create or replace procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the {{ root.name }} records staged in a slot into {{ target }}: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. Called by loader.merge_chunk, which holds the
-- chunk's fence.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_winners bigint[];
    v_written bigint[];
    v_records bigint[];
    v_fresh boolean[];
{%- for column in root.key %}
    v_updated_{{ loop.index }} {{ column | type }}[];
{%- endfor %}
begin
{% filter indent(4, true) %}{% include 'statements/pick_winners.sql' %}{% endfilter %}
    if v_winners is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
{% filter indent(4, true) %}{% include 'statements/yield_to_newer.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/remember_before.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/upsert_root.sql' %}{% endfilter %}
{%- if tables %}
    if v_updated_1 is not null then
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'statements/delete_surplus.sql' %}{% endfilter %}
{%- endfor %}
    end if;
    if v_written <> '{}' then
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'statements/upsert_child.sql' %}{% endfilter %}
{%- endfor %}
    end if;
{%- endif %}
{% filter indent(4, true) %}{% include 'statements/note_seen.sql' %}{% endfilter %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    bigint, bigint, bigint, integer, bigint, bigint, bigint, bigint
) is
'Merges the {{ root.name }} records staged in a slot; counts them.';
