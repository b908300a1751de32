create or replace procedure {{ stage | ident }}.repair_target()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Creates missing tables of {{ dataset.name }}, and missing columns and comments of others. A column of a key, or of
-- the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
{%- if marks %}
declare
    _v_unmarked oid[];
{%- endif %}
begin
    call {{ stage | ident }}.create_target();
{%- if marks %}
    _v_unmarked := loader.unmarked_tables(
        array[
{%- for table in dataset.tables | selectattr('is_root') %}
            {{ (target | ident ~ '.' ~ table.name | ident) | literal }}{{ ',' if not loop.last }}
{%- endfor %}
        ]
    );
{%- endif %}
{%- for table in dataset.tables %}
{%- with schema = target, name = (target | ident ~ '.' ~ table.name | ident) %}
{%- set places = (table.primary_key | list) + (['_source', '_record'] if table.is_root else []) %}
    if loader.has_columns(
        {{ name | literal }},
        array[
            {{ places | map('literal') | filled(12) }}
        ]
    ) then
{%- for column in table.stored_columns %}
        alter table {{ target | ident }}.{{ table.name | ident }}
        add column if not exists {{ column.name | ident }} {{ column | type }};
{%- endfor %}
{%- if table.is_root %}
        alter table {{ target | ident }}.{{ table.name | ident }}
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table {{ target | ident }}.{{ table.name | ident }}
        alter column _hash drop default;
{%- if marks %}
{% filter indent(8, true) %}{% include 'shared/add_gone_since.sql' %}{% endfilter %}
{%- endif %}
{%- endif %}
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = {{ name | literal }}::regclass
                and k.conname = {{ (table.name ~ '_pkey') | literal }}
        ) then
{% filter indent(12, true) %}{% include 'create/comment_table.sql' %}{% endfilter %}
        end if;
    end if;
{%- endwith %}
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.repair_target() is
'Creates the missing tables and columns of {{ dataset.name }}.';
