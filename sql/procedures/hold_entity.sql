create or replace procedure {{ stage | ident }}.{{ ('hold_' ~ root.name) | ident }}(
    p_chunk bigint,
    p_slot integer,
    p_same text[],
    inout p_held bigint,
    inout p_unchanged bigint,
    inout p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Keeps what a chunk brought for the end of the load: rows staged in a slot (null: none) go to the build, where
-- workers have put theirs already; the keys of records that equal their rows are noted. p_same: as of merge_{{ root.name }}.
-- p_held: root rows that went to the build; p_rows: rows of each table.
-- Called by loader.merge_chunk, which holds the chunk's fence.
declare
    v_same_record bigint[] := p_same[1]::bigint[];
{%- for column in root.key %}
    v_same_{{ loop.index }} {{ column | type }}[] := p_same[{{ loop.index + 1 }}]::{{ column | type }}[];
{%- endfor %}
    v_rows bigint;
begin
    p_held := 0;
    p_rows := '{}';
    if p_slot is not null then
{%- for table in tables %}
{% filter indent(8, true) %}{% include 'statements/hold_rows.sql' %}{% endfilter %}
        get diagnostics v_rows = row_count;
        p_rows := p_rows || jsonb_build_object({{ table.name | literal }}, v_rows);
{%- if table.is_root %}
        p_held := v_rows;
{%- endif %}
{%- endfor %}
    end if;
    p_unchanged := coalesce(cardinality(v_same_record), 0);
    delete from {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s where s.chunk_id = p_chunk;
    if p_unchanged > 0 then
{% filter indent(8, true) %}{% include 'statements/note_same.sql' %}{% endfilter %}
    end if;
end
$$;
comment on procedure {{ stage | ident }}.{{ ('hold_' ~ root.name) | ident }}(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Keeps the {{ root.name }} records of a chunk for the end of the load.';
