create or replace procedure {{ stage | ident }}.repair_target()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Creates the missing parts of the tables of {{ dataset.name }}: tables, columns, keys, indexes, comments. A column of
-- a key, or of the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
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
    if not exists (
        select 1
        from unnest(array[
            {{ places | map('literal') | filled(12) }}
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = {{ name | literal }}::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
{%- for column in table.columns %}
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
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = {{ name | literal }}::regclass and k.contype = 'p'
        ) then
            alter table {{ target | ident }}.{{ table.name | ident }}
            add constraint {{ (table.name ~ '_pkey') | ident }}
            primary key ({{ table.primary_key | idents }});
        end if;
{%- for index in table.indexes %}
        if to_regclass({{ (target | ident ~ '.' ~ (index | index_name(table)) | ident) | literal }}) is null then
            begin
{% filter indent(16, true) %}{% include 'create/create_index.sql' %}{% endfilter %}
                comment on index {{ target | ident }}.{{ index | index_name(table) | ident }} is
                {{ index | index_comment | sentence }};
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        {{ dataset.name | literal }}, {{ table.name | literal }},
                        {{ index | index_name(table) | literal }}, sqlerrm
                    );
            end;
        end if;
{%- endfor %}
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
'Creates the missing parts of the tables of {{ dataset.name }}.';
