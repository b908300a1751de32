select loader.make_schema(
    {{ dataset.name | literal }},
    {{ stage | literal }},
    {{ ('Staging tables and procedures of ' ~ dataset.name ~ ', rendered from its mapping.') | literal }}
);
{%- for entity in dataset.entities if not entity.policy.keeps_versions %}
select loader.note_lost_table(
    {{ dataset.name | literal }},
    {{ entity.name | literal }},
    'seen',
    {{ (stage | ident ~ '.' ~ (entity.tables[0] ~ '_key_log') | ident) | literal }}
);
{%- endfor %}
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    {{ dataset.name | literal }},
    {{ stage | literal }},
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = {{ dataset.name | literal }}
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
{%- for name, digest in dataset.digests | dictsort %}
                ({{ name | literal }}, {{ digest | literal }}){{ ',' if not loop.last }}
{%- endfor %}
            )
            and t.is_root
    )
);
{%- for extension in dataset | extensions %}
create extension if not exists {{ extension | ident }} schema public;
{%- endfor %}

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');
{%- for table in dataset.tables %}

{% with schema = stage, form = 'stage' %}{% include 'create/create_table.sql' %}{% endwith %}
comment on table {{ stage | ident }}.{{ table.name | ident }} is
'Rows of {{ table.name }} on their way into a merge, one partition per worker.';

{% with schema = stage, form = 'text' %}{% include 'create/create_table.sql' %}{% endwith %}
comment on table {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} is
'Rows of {{ table.name }} as text, before loader.stage_chunk validates them.';
{%- endfor %}
{%- for entity in dataset.entities %}
{%- with root = dataset.table(entity.tables[0]) %}

create table if not exists {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} (
    chunk_id bigint primary key,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }}[] not null,
{%- endfor %}
    record bigint[] not null,
    outcome text not null
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }}.chunk_id is
'Chunk that read them.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }}.{{ column.name | ident }} is
'Keys, by record number.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }}.record is
'Numbers of the records in their source, ascending.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }}.outcome is
'One letter per record.';

create table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} (
    load_id bigint not null,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    hash uuid not null,
    primary key (load_id, {{ root.primary_key | idents }})
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.load_id is
'The merge.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.{{ column.name | ident }} is
'Key of the row.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_before') | ident }}.hash is
'Hash that the row had.';

{% include 'create/create_decision_table.sql' %}
{%- if entity.policy.keeps_versions %}

{% include 'create/create_per_source_tables.sql' %}
{%- endif %}
{%- endwith %}
{%- endfor %}

{% include 'create/create_key_source.sql' %}
{%- for root in dataset.tables | selectattr('is_root') %}

{% include 'create/create_key_tables.sql' %}
{%- endfor %}

select loader.comment_staging({{ stage | literal }});
