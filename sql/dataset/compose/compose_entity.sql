{%- set composing = entity.policy.name in ('fill', 'merge') and root.computed -%}
create or replace procedure {{ stage | ident }}.{{ ('compose_' ~ root.name) | ident }}(
    _p_load bigint,
    _p_lost bigint[],
    inout _p_held jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Policy {{ entity.policy.name }}: stores the versions of each source of a load, and puts into the build, instead of
-- the records read, the rows composed of all versions of their keys. _p_lost: sources whose versions no longer count.
-- _p_held: numbers of rows of each table of the build, which change.
-- Fills {{ root.name }}_decision with the records read: d superseded, null: it stands for the composed row of its key.
-- Called by decide_{{ root.name }} and
-- resolve_{{ root.name }}.{{ ' Raises LD009.' if entity.policy.name == 'error' }}{{ ' Raises LD044.' if composing }} Writes {{ root.name }}_version,
-- build, staging{{ ', reject, chunk' if entity.policy.name == 'error' }}.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
{%- if composing %}
    _v_row record;
    _v_holds boolean;
{%- endif %}
begin
    truncate
        {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }},
        {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }},
        {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }},
        {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }};
{% filter indent(4, true) %}{% include 'compose/keep_versions.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'compose/pick_per_source.sql' %}{% endfilter %}
{%- if entity.policy.name == 'error' %}
{% filter indent(4, true) %}{% include 'compose/find_contradictions.sql' %}{% endfilter %}
{%- endif %}
    perform loader.gather_statistics(
        {{ (stage | ident ~ '.' ~ (root.name ~ '_per_source') | ident) | literal }}::regclass
    );
{%- if entity.policy.name in ('fill', 'merge') %}
{% filter indent(4, true) %}{% include 'compose/fill_or_merge.sql' %}{% endfilter %}
{%- endif %}
{%- if entity.policy.name != 'merge' %}
{% filter indent(4, true) %}{% include 'compose/compose_first.sql' %}{% endfilter %}
{%- endif %}
{% filter indent(4, true) %}{% include 'compose/decide_records.sql' %}{% endfilter %}
    truncate
        {{ build | ident }}.{{ root.name | ident }}{% for table in tables %},
        {{ build | ident }}.{{ table.name | ident }}{% endfor %};
{%- for table in [root] + (tables | list) if table.computed %}
    perform loader.fix_generated({{ (build | ident ~ '.' ~ table.name | ident) | literal }});
{%- endfor %}
{%- if composing %}
    begin
{% filter indent(8, true) %}{% include 'compose/insert_composed_root.sql' %}{% endfilter %}
    exception
        when {{ undecidable }} then
{% filter indent(12, true) %}{% include 'compose/report_uncomputed.sql' %}{% endfilter %}
    end;
{%- else %}
{% filter indent(4, true) %}{% include 'compose/insert_composed_root.sql' %}{% endfilter %}
{%- endif %}
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object({{ root.name | literal }}, _v_rows);
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'compose/insert_composed_child.sql' %}{% endfilter %}
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object({{ table.name | literal }}, _v_rows);
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('compose_' ~ root.name) | ident }}(bigint, bigint[], jsonb) is
'Puts into the build the rows composed of all versions of each {{ root.name }} that a load read.';
create or replace procedure {{ stage | ident }}.{{ ('decide_' ~ root.name) | ident }}(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every {{ root.name }} that a load touches: the row composed of its versions against that in the table.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, {{ entity.name | literal }});
    _v_held jsonb;
{%- if entity.policy.name != 'keep_all' %}
    _v_useless bigint[];
{%- endif %}
begin
{%- if entity.policy.name != 'keep_all' %}
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, {{ entity.name | literal }});
        perform loader.assert_unreferenced(
            {{ (history | ident ~ '.' ~ (root.name ~ '_version') | ident) | literal }}::regclass
        );
{% filter indent(8, true) %}{% include 'compose/forget_versions.sql' %}{% endfilter %}
    end if;
{%- endif %}
    call {{ stage | ident }}.{{ ('compose_' ~ root.name) | ident }}(_p_load, _v_lost, _v_held);
{%- if entity.policy.name == 'error' %}
{%- with merging = true %}
{% filter indent(4, true) %}{% include 'compose/reject_contradictions.sql' %}{% endfilter %}
{%- endwith %}
{% filter indent(4, true) %}{% include 'compose/count_contradictions.sql' %}{% endfilter %}
    perform loader.assert_complete(_p_load);
{%- endif %}
{% filter indent(4, true) %}{% include 'compose/decide_composed.sql' %}{% endfilter %}
    perform loader.gather_statistics(
        {{ (stage | ident ~ '.' ~ (root.name ~ '_decision') | ident) | literal }}::regclass
    );
end
$$;
comment on procedure {{ stage | ident }}.{{ ('decide_' ~ root.name) | ident }}(bigint) is
'Decides about every {{ root.name }} that a load touches.';
create or replace procedure {{ stage | ident }}.{{ ('pick_absent_' ~ root.name) | ident }}(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to {{ root.name }}_decision the rows without any version that still
-- counts{{ ', and those about which the sources contradict each other' if entity.policy.name == 'error' }}.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, {{ entity.name | literal }});
begin
    if _v_lost <> '{}' or {{ entity.name | literal }} = any(loader.complete_entities(_p_load)) then
{% filter indent(8, true) %}{% include 'compose/pick_lost.sql' %}{% endfilter %}
    end if;
{%- if entity.policy.name == 'error' %}
{% filter indent(4, true) %}{% include 'compose/pick_contradicted.sql' %}{% endfilter %}
{%- endif %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('pick_absent_' ~ root.name) | ident }}(bigint) is
'Adds the rows without any version that still counts to the decisions.';
create or replace procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Composes one {{ root.name }} of all versions of a key in the build of a replace, which only has those of its dumps.
-- _p_held: numbers of rows of each table, which change. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call {{ stage | ident }}.{{ ('compose_' ~ root.name) | ident }}(_p_load, '{}', _p_held);
{%- if entity.policy.name == 'error' %}
{%- with merging = false %}
{% filter indent(4, true) %}{% include 'compose/reject_contradictions.sql' %}{% endfilter %}
{%- endwith %}
{% filter indent(4, true) %}{% include 'compose/count_contradictions.sql' %}{% endfilter %}
    perform loader.assert_complete(_p_load);
{%- endif %}
{% filter indent(4, true) %}{% include 'compose/count_lost.sql' %}{% endfilter %}
{%- with lost = 'compose/list_met.sql' %}
{% filter indent(4, true) %}{% include 'shared/sample_conflicts.sql' %}{% endfilter %}
{%- endwith %}
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    {{ ['_v_sources', '_v_records'] | into }}
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(bigint, jsonb) is
'Composes one {{ root.name }} of all versions of a key in the build of a replace.';
