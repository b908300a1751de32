create or replace procedure {{ stage | ident }}.create_target()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables of {{ dataset.name }} that are not there yet, with keys, indexes and comments.
begin
    perform loader.make_schema(
        {{ dataset.name | literal }},
        {{ target | literal }},
        {{ (dataset.comment or 'Tables of ' ~ dataset.name) | sentence }}
    );
{%- for table in dataset.tables %}
    if to_regclass({{ (target | ident ~ '.' ~ table.name | ident) | literal }}) is null then
{%- with schema = target, unlogged = false, keyed = true, building = false %}
{% filter indent(4, true) %}{% include 'statements/create_table.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/create_indexes.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/comment_table.sql' %}{% endfilter %}
{%- endwith %}
    perform loader.record_objects(
        {{ dataset.name | literal }}, {{ target | literal }}, array[{{ table.name | literal }}]
    );
    end if;
{%- if marks and table.is_root %}
    if not exists (
        select 1 from pg_attribute as a
        where
            a.attrelid = {{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass
            and a.attname = '_gone_since'
            and not a.attisdropped
    ) then
        perform loader.lock_for_swap(
            array[{{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass::oid],
            clock_timestamp() + interval '1 minute'
        );
        alter table {{ target | ident }}.{{ table.name | ident }} add column _gone_since date;
{%- with schema = target %}
{% filter indent(8, true) %}{% include 'statements/comment_gone_since.sql' %}{% endfilter %}
{%- endwith %}
        perform loader.record_column(
            {{ (target | ident ~ '.' ~ table.name | ident) | literal }}, '_gone_since'
        );
    end if;
{%- endif %}
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.create_target() is
'Makes the tables of {{ dataset.name }} that are not there yet.';
