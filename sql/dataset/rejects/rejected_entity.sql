create or replace function {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, {{ root.key | keys_declared }})
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the {{ root.name }} records that these loads could not load, if the keys could be read.
{% filter indent(4, true) %}{% include 'rejects/list_rejected.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(bigint[]) is
'Keys of the {{ root.name }} records that these loads could not load.';
create or replace function {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, {{ root.key | keys_declared }})
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each out-of-order source of a load, keys about which no newer full snapshot has decided, because each of
    -- these snapshots rejected the record. _p_complete: newer editions of single feeds do not count.
{% filter indent(4, true) %}{% include 'rejects/list_undecided.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(bigint, boolean) is
'Keys of {{ root.name }} records about which no newer full snapshot has decided, because it rejected them.';
create or replace function {{ stage | ident }}.{{ ('kept_' ~ root.name) | ident }}(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when deletions
-- are decided and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
{% filter indent(4, true) %}{% include 'rejects/count_kept.sql' %}{% endfilter %}
    return _v_kept;
end
$$;
comment on function {{ stage | ident }}.{{ ('kept_' ~ root.name) | ident }}(bigint) is
'How many {{ root.name }} rows from before a merge stay because their record was rejected.';
{%- if entity.policy.keeps_versions %}
create or replace function {{ stage | ident }}.{{ ('spared_' ~ root.name) | ident }}(_p_load bigint)
returns table (source_id bigint, place bigint, series text, {{ root.key | keys_declared }})
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Versions of sources that count only for these keys, because all loads that superseded them rejected the record.
{% filter indent(4, true) %}{% include 'rejects/list_spared.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('spared_' ~ root.name) | ident }}(bigint) is
'Keys of {{ root.name }} whose older versions still count, because newer loads rejected the record.';
create or replace function {{ stage | ident }}.{{ ('ever_rejected_' ~ root.name) | ident }}(_p_load bigint)
returns table ({{ root.key | keys_declared }})
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the {{ root.name }} records that a load or one before it could not load.
    select distinct {{ root.primary_key | idents('r') }}
    from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array(
        select l.load_id from loader.load as l
        where l.dataset = {{ dataset.name | literal }} and l.load_id <= _p_load
    )) as r;
$$;
comment on function {{ stage | ident }}.{{ ('ever_rejected_' ~ root.name) | ident }}(bigint) is
'Keys of the {{ root.name }} records that a load or one before it could not load.';
{%- else %}
create or replace procedure {{ stage | ident }}.{{ ('carry_' ~ root.name) | ident }}(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Copies rows of {{ target }} into the build of a replace that has rejected their record, with their children and
-- source, or the newest source that has found them unchanged. _p_held: numbers of rows of each table, which increase.
-- Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
{%- for table in [root] + (tables | list) if table.computed %}
    perform loader.fix_generated({{ (build | ident ~ '.' ~ table.name | ident) | literal }});
{%- endfor %}
{% filter indent(4, true) %}{% include 'rejects/carry_root.sql' %}{% endfilter %}
    get diagnostics _v_rows = row_count;
    if _v_rows = 0 then
        return;
    end if;
    _p_held := loader.add_counts(_p_held, jsonb_build_object({{ root.name | literal }}, _v_rows));
{% filter indent(4, true) %}{% include 'rejects/carry_confirmed.sql' %}{% endfilter %}
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'rejects/carry_child.sql' %}{% endfilter %}
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object({{ table.name | literal }}, _v_rows));
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('carry_' ~ root.name) | ident }}(bigint, jsonb) is
'Copies the {{ root.name }} rows whose record a replace has rejected into its build.';
{%- endif %}
