create schema if not exists {{ stage | ident }};
revoke all on schema {{ stage | ident }} from public;
comment on schema {{ stage | ident }} is
'Staging tables and procedures of {{ dataset.name }}, rendered from its mapping.';
-- Made anew, all but what merges under this mapping have noted as unchanged.
do $$
declare
    v_object record;
begin
    for v_object in
        select format('table %s', c.oid::regclass) as name from pg_class as c
        where
            c.relnamespace = to_regnamespace({{ (stage | ident) | literal }})
            and c.relkind in ('p', 'r')
            and not c.relispartition
            and not (
                c.relkind = 'r'
                and c.relname like '%\_seen'
                and exists (
                    select 1 from loader.dataset as d
                    where
                        d.dataset = {{ dataset.name | literal }}
                        and d.mapping_hash = {{ dataset.hash | literal }}
                )
            )
        union all
        select format('routine %s', p.oid::regprocedure) from pg_proc as p
        where p.pronamespace = to_regnamespace({{ (stage | ident) | literal }})
    loop
        execute format('drop %s', v_object.name);
    end loop;
end
$$;
{%- for extension in dataset | extensions %}
create extension if not exists {{ extension | ident }};
{%- endfor %}
{%- for table in dataset.tables %}

{% include 'statements/create_stage_table.sql' %}

{% include 'statements/create_text_table.sql' %}
{%- endfor %}
{%- for entity in dataset.entities %}
{%- with root = dataset.table(entity.tables[0]) %}

create table if not exists {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} (
    chunk_id bigint primary key,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }}[] not null,
{%- endfor %}
    record bigint[] not null,
    outcome text not null
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }}.chunk_id is
'Chunk that read them.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }}.{{ column.name | ident }} is
'Keys, by record number.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }}.record is
'Numbers of the records in their source, ascending.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }}.outcome is
'A letter a record.';

create table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} (
    load_id bigint not null,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    hash uuid not null,
    primary key (load_id, {{ root.primary_key | idents }})
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.load_id is
'The merge.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.{{ column.name | ident }} is
'Key of the row.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.hash is
'Hash that the row had.';

{% include 'statements/create_verdict_table.sql' %}
{%- if entity.policy.keeps_versions %}

{% include 'statements/create_share_tables.sql' %}
{%- endif %}
{%- endwith %}
{%- endfor %}

{% include 'statements/create_key_source.sql' %}
{%- for root in dataset.tables | selectattr('is_root') %}

{% include 'statements/create_key_tables.sql' %}
{%- endfor %}

select loader.comment_staging({{ stage | literal }});
