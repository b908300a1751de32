create or replace procedure {{ stage | ident }}.{{ ('store_' ~ root.name) | ident }}(
    _p_chunk bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_held bigint,
    inout _p_unchanged bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Stores the rows of a chunk for the end of the load: rows staged in a slot (null: none) are moved to the build, where
-- workers have put their own already; the keys of records that equal their rows are logged. _p_same: as in
-- merge_{{ root.name }}. _p_held: root rows that went to the build; _p_rows: rows of each table. Called by
-- loader.merge_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_same_record bigint[] := _p_same[1]::bigint[];
{%- for column in root.key %}
    _v_same_{{ loop.index }} {{ column | type }}[] := _p_same[{{ loop.index + 1 }}]::{{ column | type }}[];
{%- endfor %}
    _v_rows bigint;
begin
    _p_held := 0;
    _p_rows := '{}';
    if _p_slot is not null then
{%- for table in tables %}
{% filter indent(8, true) %}{% include 'stage/store_rows.sql' %}{% endfilter %}
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object({{ table.name | literal }}, _v_rows);
{%- if table.is_root %}
        _p_held := _v_rows;
{%- endif %}
{%- endfor %}
    end if;
    _p_unchanged := coalesce(cardinality(_v_same_record), 0);
    delete from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s where s.chunk_id = _p_chunk;
    if _p_unchanged > 0 then
{% filter indent(8, true) %}{% include 'shared/note_same.sql' %}{% endfilter %}
    end if;
end
$$;
comment on procedure {{ stage | ident }}.{{ ('store_' ~ root.name) | ident }}(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Stores the {{ root.name }} records of a chunk for the end of the load.';
