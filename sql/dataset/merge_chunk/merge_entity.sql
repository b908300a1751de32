create or replace procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    _p_load bigint,
    _p_chunk bigint,
    _p_first bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_inserted bigint,
    inout _p_updated bigint,
    inout _p_unchanged bigint,
    inout _p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the {{ root.name }} records staged in a slot into {{ target }}: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged
-- because they equal the rows with their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which has fenced the chunk. Raises LD016, LD029, LD036.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
{%- for column in root.key %}
    _v_same_{{ loop.index }} {{ column | type }}[] := _p_same[{{ loop.index + 1 }}]::{{ column | type }}[];
{%- endfor %}
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
{%- if tables %}
    _v_children oid[] := array[
{%- for table in tables %}
        {{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass{{ ',' if not loop.last }}
{%- endfor %}
    ];
    _v_referenced tid[];
{%- endif %}
{%- for column in root.key %}
    _v_inserted_{{ loop.index }} {{ column | type }}[];
    _v_updated_{{ loop.index }} {{ column | type }}[];
{%- endfor %}
begin
{% filter indent(4, true) %}{% include 'merge_chunk/pick_winners_in_chunk.sql' %}{% endfilter %}
    if _v_winners is null and _v_same_record is null then
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := 0;
        _p_duplicate := 0;
        return;
    end if;
    if _v_same_record is not null then
{% filter indent(8, true) %}{% include 'merge_chunk/prove_same.sql' %}{% endfilter %}
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a {{ root.name }} of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from {{ stage | ident }}.{{ root.name | ident }} as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as n
            where n.chunk_id = _p_chunk
        )
    then
{% filter indent(8, true) %}{% include 'shared/note_same.sql' %}{% endfilter %}
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := cardinality(_v_same_record);
        _p_duplicate := 0;
        return;
    end if;
    _v_writing := _v_winners;
    _v_newer := loader.newer_chunks(_p_chunk, {{ entity.policy.name | literal }});
    if _v_newer <> '{}' then
{% filter indent(8, true) %}{% include 'merge_chunk/yield_to_newer.sql' %}{% endfilter %}
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, {{ entity.name | literal }}) then
{%- if entity.policy.name == 'first' %}
{% filter indent(8, true) %}{% include 'merge_chunk/yield_to_complete.sql' %}{% endfilter %}
{%- else %}
{% filter indent(8, true) %}{% include 'merge_chunk/write_undecided.sql' %}{% endfilter %}
{%- endif %}
    end if;
    if _v_writing <> '{}' then
{%- if tables %}
        -- Before it is decided which rows users' foreign keys protect: nobody can make another one from here on.
        lock table
{%- for table in tables %}
            only {{ target | ident }}.{{ table.name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
        in row exclusive mode;
        perform loader.lock_referrers(_v_children);
        perform loader.assert_readable(_v_children);
{%- endif %}
{% filter indent(8, true) %}{% include 'merge_chunk/remember_before.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'merge_chunk/write_roots.sql' %}{% endfilter %}
    end if;
{%- if tables %}
    if _v_inserted <> '{}' then
        begin
{%- for table in tables %}
{% filter indent(12, true) %}{% include 'apply/apply_new_child.sql' %}{% endfilter %}
{%- endfor %}
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced like those of updated roots.
                _v_updated := _v_inserted || _v_updated;
{%- for column in root.key %}
                _v_updated_{{ loop.index }} := _v_inserted_{{ loop.index }} || _v_updated_{{ loop.index }};
{%- endfor %}
        end;
    end if;
    if _v_updated <> '{}' then
{%- for table in tables %}
        _v_referenced := '{}';
        if loader.reference_guard({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, 't') <> '' then
{%- with picking = true %}
{% filter indent(12, true) %}{% include 'apply/surplus_child.sql' %}{% endfilter %}
{%- endwith %}
            perform loader.report_surplus(_p_load, {{ table.name | literal }}, cardinality(_v_referenced));
        end if;
{% filter indent(8, true) %}{% include 'apply/surplus_child.sql' %}{% endfilter %};
{% filter indent(8, true) %}{% include 'apply/apply_changed_child.sql' %}{% endfilter %};
{%- endfor %}
    end if;
{%- endif %}
    _v_who := loader.entity_interferers({{ dataset.name | literal }}, {{ entity.name | literal }});
    if _v_who <> '' and _v_writing <> '{}' then
{% filter indent(8, true) %}{% include 'merge_chunk/find_unmerged.sql' %}{% endfilter %}
        perform loader.report_altered(_p_load, {{ (target | ident ~ '.' ~ root.name | ident) | literal }}, _v_unkept,
            _v_who);
    end if;
{% filter indent(4, true) %}{% include 'merge_chunk/log_keys.sql' %}{% endfilter %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('merge_' ~ root.name) | ident }}(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the {{ root.name }} records of a chunk, those staged in a slot and those that stay; counts them.';
