create or replace procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
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
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016, LD029.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
{%- for column in root.key %}
    v_same_{{ loop.index }} {{ column | type }}[] := p_same[{{ loop.index + 1 }}]::{{ column | type }}[];
{%- endfor %}
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_who text;
    v_unkept bigint;
{%- if tables %}
    v_referenced tid[];
{%- endif %}
{%- for column in root.key %}
    v_inserted_{{ loop.index }} {{ column | type }}[];
    v_updated_{{ loop.index }} {{ column | type }}[];
{%- endfor %}
begin
{% filter indent(4, true) %}{% include 'statements/pick_winners.sql' %}{% endfilter %}
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
{% filter indent(8, true) %}{% include 'statements/prove_same.sql' %}{% endfilter %}
        if v_still <> cardinality(v_same_record) then
            raise exception 'a {{ root.name }} of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from {{ stage | ident }}.{{ root.name | ident }} as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as n
            where n.chunk_id = p_chunk
        )
    then
{% filter indent(8, true) %}{% include 'statements/note_same.sql' %}{% endfilter %}
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk, {{ entity.policy.name | literal }});
    if v_newer <> '{}' then
{% filter indent(8, true) %}{% include 'statements/yield_to_newer.sql' %}{% endfilter %}
    end if;
    if v_writing <> '{}' and loader.is_late(p_chunk, {{ entity.name | literal }}) then
{%- if entity.policy.name == 'first' %}
{% filter indent(8, true) %}{% include 'statements/yield_to_complete.sql' %}{% endfilter %}
{%- else %}
{% filter indent(8, true) %}{% include 'statements/write_undecided.sql' %}{% endfilter %}
{%- endif %}
    end if;
    if v_writing <> '{}' then
{% filter indent(8, true) %}{% include 'statements/remember_before.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'statements/upsert_root.sql' %}{% endfilter %}
    end if;
{%- if tables %}
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from {{ stage | ident }}.{{ root.name | ident }} as s
            where s._slot = p_slot
        );
        begin
{%- for table in tables %}
{% filter indent(12, true) %}{% include 'statements/insert_child.sql' %}{% endfilter %}
{%- endfor %}
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
{%- for column in root.key %}
                v_updated_{{ loop.index }} := v_inserted_{{ loop.index }} || v_updated_{{ loop.index }};
{%- endfor %}
        end;
    end if;
    if v_updated <> '{}' then
{%- for table in tables %}
        v_referenced := '{}';
        if loader.reference_guard({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, 't') <> '' then
{%- with staged = true %}
{% filter indent(12, true) %}{% include 'statements/pick_referenced.sql' %}{% endfilter %}
{%- endwith %}
            perform loader.report_surplus(p_load, {{ table.name | literal }}, cardinality(v_referenced));
        end if;
{% filter indent(8, true) %}{% include 'statements/delete_surplus.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'statements/upsert_child.sql' %}{% endfilter %}
{%- endfor %}
    end if;
{%- endif %}
    v_who := loader.entity_interferers({{ dataset.name | literal }}, {{ entity.name | literal }});
    if v_who <> '' and v_writing <> '{}' then
{% filter indent(8, true) %}{% include 'statements/find_unmerged.sql' %}{% endfilter %}
        perform loader.report_unkept(p_load, {{ (target | ident ~ '.' ~ root.name | ident) | literal }}, v_unkept, v_who);
    end if;
{% filter indent(4, true) %}{% include 'statements/note_seen.sql' %}{% endfilter %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the {{ root.name }} records of a chunk, those staged in a slot and those that stay; counts them.';
