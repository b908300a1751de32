create or replace procedure {{ stage | ident }}.create_target()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Creates the tables of {{ dataset.name }} that do not exist, with keys, indexes and comments.
#variable_conflict use_column
begin
    perform loader.make_schema(
        {{ dataset.name | literal }},
        {{ target | literal }},
        {{ (dataset.comment or 'Tables of ' ~ dataset.name) | sentence }}
    );
{%- for table in dataset.tables %}
    if to_regclass({{ (target | ident ~ '.' ~ table.name | ident) | literal }}) is null then
{%- with schema = target, form = 'target', building = false %}
{% filter indent(4, true) %}{% include 'create/create_table.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'create/create_indexes.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'create/comment_table.sql' %}{% endfilter %}
{%- endwith %}
    perform loader.record_objects(
        {{ dataset.name | literal }}, {{ target | literal }}, array[{{ table.name | literal }}]
    );
    end if;
{%- endfor %}
end
$$;
comment on procedure {{ stage | ident }}.create_target() is
'Creates the tables of {{ dataset.name }} that do not exist.';

create or replace procedure {{ stage | ident }}.alter_target(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Prepares the tables of {{ dataset.name }} that are in use for a load that is about to merge into them: drops the
-- foreign keys that the loader made, because chunks arrive in any order
{%- if marks %}; adds the column that marks missing records{% endif %}. Locks all
-- of these tables at once until the transaction ends, so it is called last. Raises LD007, LD020.
{%- if marks %}
declare
    _v_unmarked oid[] := loader.unmarked_tables(
        array[
{%- for table in dataset.tables | selectattr('is_root') %}
            {{ (target | ident ~ '.' ~ table.name | ident) | literal }}{{ ',' if not loop.last }}
{%- endfor %}
        ]
    );
{%- endif %}
begin
    perform loader.release_own_foreign_keys(_p_load{{ ', _v_unmarked' if marks }});
{%- if marks %}
{%- for table in dataset.tables | selectattr('is_root') %}
{% filter indent(4, true) %}{% include 'shared/add_gone_since.sql' %}{% endfilter %}
{%- endfor %}
{%- endif %}
end
$$;
comment on procedure {{ stage | ident }}.alter_target(bigint) is
'Prepares the tables of {{ dataset.name }} that are in use for a load that is about to merge into them.';
