create or replace procedure {{ stage | ident }}.repair_keys()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Creates the missing keys and indexes of the tables of {{ dataset.name }}. Readers do not wait while these are built:
-- a key begins as a unique index, and the tables are locked at the end. Called by loader.repair_keys. Raises 23505,
-- LD007.
declare
    _v_keyless oid[] := '{}';
    _v_table oid;
begin
{%- for table in dataset.tables %}
{%- with schema = target, name = (target | ident ~ '.' ~ table.name | ident) %}
    if loader.has_columns(
        {{ name | literal }},
        array[
            {{ table.primary_key | map('literal') | filled(12) }}
        ]
    ) then
        _v_table := {{ name | literal }}::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index {{ (table.name ~ '_pkey') | ident }}
            on {{ target | ident }}.{{ table.name | ident }} ({{ table.primary_key | idents }});
            _v_keyless := _v_keyless || _v_table;
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
    end if;
{%- endwith %}
{%- endfor %}
    perform loader.lock_for_swap(_v_keyless, clock_timestamp() + interval '10 minutes');
{%- for table in dataset.tables %}
{%- with schema = target, name = (target | ident ~ '.' ~ table.name | ident) %}
    if to_regclass({{ name | literal }}) = any (_v_keyless) then
        alter table {{ target | ident }}.{{ table.name | ident }}
        add constraint {{ (table.name ~ '_pkey') | ident }}
        primary key using index {{ (table.name ~ '_pkey') | ident }};
{% filter indent(8, true) %}{% include 'create/comment_table.sql' %}{% endfilter %}
    end if;
{%- endwith %}
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.repair_keys() is
'Creates the missing keys and indexes of {{ dataset.name }}.';
