create or replace procedure {{ stage | ident }}.{{ ('hold_' ~ root.name) | ident }}(
    p_chunk bigint,
    p_slot integer,
    p_same text[],
    inout p_held bigint,
    inout p_unchanged bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Keeps what a chunk brought for the end of the load: rows staged in a slot (null: none) go to the build, where
-- workers have put theirs already; the keys of records that equal their rows are noted. p_same: as of merge_{{ root.name }}.
-- Called by loader.merge_chunk, which holds the chunk's fence.
declare
    v_same_record bigint[] := p_same[1]::bigint[];
{%- for column in root.key %}
    v_same_{{ loop.index }} {{ column | type }}[] := p_same[{{ loop.index + 1 }}]::{{ column | type }}[];
{%- endfor %}
begin
    p_held := 0;
    if p_slot is not null then
{%- for table in tables %}
{% filter indent(8, true) %}{% include 'statements/hold_rows.sql' %}{% endfilter %}
{%- if table.is_root %}
        get diagnostics p_held = row_count;
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
comment on procedure {{ stage | ident }}.{{ ('hold_' ~ root.name) | ident }}(bigint, integer, text[], bigint, bigint) is
'Keeps the {{ root.name }} records of a chunk for the end of the load.';
