create or replace procedure {{ stage | ident }}.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates those tables with the changes of loads of {{ dataset.name }} that do not exist. One whose key is no longer
-- that of the mapping starts again from nothing.
#variable_conflict use_column
begin
    perform loader.make_schema(
        {{ dataset.name | literal }},
        {{ history | literal }},
        {{ ('What loads of ' ~ dataset.name ~ ' changed, and what was there before.') | literal }}
    );
{%- for root in dataset.tables | selectattr('is_root') %}
    perform loader.drop_unless_keyed(
        {{ (history | ident ~ '.' ~ (root.name ~ '_change') | ident) | literal }},
        array[{{ (['load_id'] + (root.primary_key | list)) | map('literal') | join(', ') }}],
        array[{{ (['bigint'] + (root.key | map('type') | list)) | map('literal') | join(', ') }}]
    );
    perform loader.note_lost_table(
        {{ dataset.name | literal }},
        {{ root.entity | literal }},
        'changes',
        {{ (history | ident ~ '.' ~ (root.name ~ '_change') | ident) | literal }}
    );
    create table if not exists {{ history | ident }}.{{ (root.name ~ '_change') | ident }} (
        load_id bigint not null,
{%- for column in root.key %}
        {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, {{ root.primary_key | idents }})
    );
    comment on table {{ history | ident }}.{{ (root.name ~ '_change') | ident }} is
    'Every {{ root.name }} that a load inserted, updated, deleted or marked as gone.';
    comment on column {{ history | ident }}.{{ (root.name ~ '_change') | ident }}.load_id is
    'The load.';
{%- for column in root.key %}
    comment on column {{ history | ident }}.{{ (root.name ~ '_change') | ident }}.{{ column.name | ident }} is
    'Key of the record.';
{%- endfor %}
{%- for name, text in {
    'op': 'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.',
    'columns': 'Of an update: columns of the root and child tables that differ.',
    'source_before': 'Source of the version before; null: there was none.',
    'record_before': 'Its record number.',
    'hash_before': 'Its hash.',
    'source_after': 'Source of the version after; null: there is none.',
    'record_after': 'Its record number.',
    'hash_after': 'Its hash.',
    'before': 'The version before, with its children: {row, children}. Kept where history is on.',
}.items() %}
    comment on column {{ history | ident }}.{{ (root.name ~ '_change') | ident }}.{{ name }} is
    {{ text | literal }};
{%- endfor %}
{%- if dataset.entity(root.entity).policy.keeps_versions %}
    perform loader.drop_unless_keyed(
        {{ (history | ident ~ '.' ~ (root.name ~ '_version') | ident) | literal }},
        array[{{ ((root.primary_key | list) + ['source_id']) | map('literal') | join(', ') }}],
        array[{{ ((root.key | map('type') | list) + ['bigint']) | map('literal') | join(', ') }}]
    );
    perform loader.note_lost_table(
        {{ dataset.name | literal }},
        {{ root.entity | literal }},
        'versions',
        {{ (history | ident ~ '.' ~ (root.name ~ '_version') | ident) | literal }}
    );
{% filter indent(4, true) %}{% include 'create/create_version_table.sql' %}{% endfilter %}
{%- endif %}
{%- with entity = dataset.entity(root.entity) %}
{%- if entity.is_removable %}
    perform loader.drop_unless_keyed(
        {{ (history | ident ~ '.' ~ (root.name ~ '_removed') | ident) | literal }},
        array[{{ ((root.primary_key | list) + ['source_id']) | map('literal') | join(', ') }}],
        array[{{ ((root.key | map('type') | list) + ['bigint']) | map('literal') | join(', ') }}]
    );
    perform loader.note_lost_table(
        {{ dataset.name | literal }},
        {{ root.entity | literal }},
        'removed',
        {{ (history | ident ~ '.' ~ (root.name ~ '_removed') | ident) | literal }}
    );
{% filter indent(4, true) %}{% include 'create/create_removed_table.sql' %}{% endfilter %}
{%- endif %}
{%- endwith %}
{%- endfor %}
    perform loader.record_objects(
        {{ dataset.name | literal }},
        {{ history | literal }},
        array[
{%- for root in dataset.tables | selectattr('is_root') %}
            {{ (root.name ~ '_change') | literal }}
{%- if dataset.entity(root.entity).policy.keeps_versions %},
            {{ (root.name ~ '_version') | literal }}
{%- endif %}
{%- if dataset.entity(root.entity).is_removable %},
            {{ (root.name ~ '_removed') | literal }}
{%- endif %}
{{- ',' if not loop.last }}
{%- endfor %}
        ],
        p_anew => false
    );
end
$$;
comment on procedure {{ stage | ident }}.create_history () is
'Creates the change tables of {{ dataset.name }} that do not exist.';

-- Columns that somebody has dropped come back empty. The functions that show former states are created again, because
-- their columns may have changed. The view over the change tables is replaced in place, so that its grants stay.
-- Readers of these tables, or of the view, wait only if there is something to change.
do $$
begin
{%- set columns = {
    'columns': 'text[]', 'source_before': 'bigint', 'record_before': 'bigint', 'hash_before': 'uuid',
    'source_after': 'bigint', 'record_after': 'bigint', 'hash_after': 'uuid', 'before': 'jsonb',
} %}
{%- for root in dataset.tables | selectattr('is_root') %}
    if loader.needs_columns(
        {{ (history | ident ~ '.' ~ (root.name ~ '_change') | ident) | literal }},
        array[
            {{ columns | map('literal') | join(',\n            ') }}
        ]
    ) then
{%- for name, kind in columns.items() %}
        alter table {{ history | ident }}.{{ (root.name ~ '_change') | ident }}
        add column if not exists {{ name }} {{ kind }};
{%- endfor %}
    end if;
{%- endfor %}
    call {{ stage | ident }}.create_history();
    perform loader.drop_former_states({{ dataset.name | literal }});
    if loader.needs_view(
        {{ history | literal }},
        'changes',
        $query$
{%- filter indent(8) %}{% include 'history/changes_view.sql' %}{% endfilter %}
        $query$
    ) then
        create or replace view {{ history | ident }}.changes as
{%- filter indent(8) %}{% include 'history/changes_view.sql' %}{% endfilter %};
    end if;
end
$$;
comment on view {{ history | ident }}.changes is
'Every change of every load of {{ dataset.name }}, all entities; the change tables have the same by entity.';
