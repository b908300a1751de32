create table loader.dataset (
    dataset text primary key,
    target_schema text not null,
    stage_schema text not null,
    build_schema text not null,
    old_schema text not null,
    mapping jsonb not null,
    mapping_hash text not null,
    settings jsonb not null default '{}',
    rendered_hash text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    object_names jsonb not null default '{}',
    staging_digest text,
    mapping_text text
);
comment on table loader.dataset is 'A dataset: its mapping and its schemas.';
comment on column loader.dataset.dataset is 'Name of the dataset, for example discogs.';
comment on column loader.dataset.target_schema is 'Schema that users query.';
comment on column loader.dataset.stage_schema is 'Schema of staging tables and rendered procedures.';
comment on column loader.dataset.build_schema is 'Schema of the next version while a replace runs.';
comment on column loader.dataset.old_schema is 'Schema that keeps the version before the last publication.';
comment on column loader.dataset.mapping is 'The mapping in its canonical form.';
comment on column loader.dataset.mapping_hash is 'Digest of the mapping in its canonical form.';
comment on column loader.dataset.settings is
'Settings as its mapping says; a load begins with them, and then goes by loader.load.settings.';
comment on column loader.dataset.rendered_hash is 'Digest of the rendered procedures that are installed.';
comment on column loader.dataset.created_at is 'When the dataset was registered.';
comment on column loader.dataset.updated_at is 'When its mapping was last registered.';
comment on column loader.dataset.object_names is
'Names that its rendered script needs: {"target": [name, …], "stage": …, "build": …, "history": …}.';
comment on column loader.dataset.mapping_text is
'The mapping file as it was last loaded; null: loaded by a program that kept none. What `loader load NAME` works by.';
comment on column loader.dataset.staging_digest is
'Digest of staging tables and procedures as they were made (loader.staging_digest); null: by an older program.';

create table loader.dataset_table (
    dataset text not null references loader.dataset on delete cascade,
    table_name text not null,
    entity text not null,
    position integer not null,
    is_root boolean not null,
    key_columns text[] not null,
    primary key (dataset, table_name)
);
comment on table loader.dataset_table is 'Tables of a dataset, parents before their children.';
comment on column loader.dataset_table.dataset is 'The dataset.';
comment on column loader.dataset_table.table_name is 'Name of the table in the target schema.';
comment on column loader.dataset_table.entity is 'Entity whose records fill the table.';
comment on column loader.dataset_table.position is 'Order of creation: a parent stands before its children.';
comment on column loader.dataset_table.is_root is 'Whether this is the root table of its entity.';
comment on column loader.dataset_table.key_columns is 'Primary key, the root key first.';

create table loader.dataset_reference (
    dataset text not null references loader.dataset on delete cascade,
    table_name text not null,
    column_names text[] not null,
    references_table text not null,
    references_columns text[] not null,
    primary key (dataset, table_name, column_names, references_table)
);
comment on table loader.dataset_reference is
'References between the tables of a dataset, child to root included; loader.check_references counts what dangles.';
comment on column loader.dataset_reference.dataset is 'The dataset.';
comment on column loader.dataset_reference.table_name is 'Table that refers.';
comment on column loader.dataset_reference.column_names is 'Columns that refer.';
comment on column loader.dataset_reference.references_table is 'Table referred to.';
comment on column loader.dataset_reference.references_columns is 'Columns referred to.';

create table loader.mapping_version (
    mapping_hash text primary key,
    dataset text not null references loader.dataset on delete cascade,
    mapping jsonb not null,
    created_at timestamptz not null default now(),
    digests jsonb not null default '{}'
);
comment on table loader.mapping_version is 'Every mapping that a dataset has had, to show what a new one changes.';
comment on column loader.mapping_version.mapping_hash is 'Digest of the mapping in its canonical form.';
comment on column loader.mapping_version.dataset is 'The dataset.';
comment on column loader.mapping_version.mapping is 'The mapping in its canonical form.';
comment on column loader.mapping_version.created_at is 'When it was registered first.';
comment on column loader.mapping_version.digests is
'{"entity": digest, …}: in two mappings, an entity has the same digest if both give the same rows of it.';

create table loader.loaded_entity (
    dataset text not null references loader.dataset on delete cascade,
    entity text not null,
    mapping_hash text,
    hashed_by_mapping boolean not null default false,
    primary key (dataset, entity)
);
comment on table loader.loaded_entity is 'Under which mapping the rows of each entity were made.';
comment on column loader.loaded_entity.dataset is 'The dataset.';
comment on column loader.loaded_entity.entity is 'The entity.';
comment on column loader.loaded_entity.mapping_hash is
'Mapping of the last replace, or of the load that created the tables; null: only a replace can go on from these rows.';
comment on column loader.loaded_entity.hashed_by_mapping is
'Whether _hash depends on the whole mapping, as before version 0.2.0, until a replace makes the rows again.';
