create table loader.owned_object (
    schema_name text not null,
    kind text not null check (kind in ('schema', 'relation', 'routine')),
    object_name text not null,
    dataset text,
    mark text not null,
    made jsonb not null default '{}',
    stamp text,
    primary key (schema_name, kind, object_name)
);
comment on table loader.owned_object is
'Objects that the loader has made, by name; loader.owned_objects tells which of them still exist.';
comment on column loader.owned_object.schema_name is 'Schema that holds the object, or that is it.';
comment on column loader.owned_object.kind is
'schema; relation: a table, view, sequence or type; routine: a function or procedure.';
comment on column loader.owned_object.object_name is
'Name of the object, of a routine with the types of its parameters; of a schema its own.';
comment on column loader.owned_object.dataset is 'Dataset that it was made for; null: the control schema itself.';
comment on column loader.owned_object.mark is
'Comment that the loader has put on the object, or on its primary key. While it is there, the object is the loader''s.';
comment on column loader.owned_object.made is
'How the loader made a table (loader.describe_table): what differs from that is a user''s doing.';
comment on column loader.owned_object.stamp is
'Comment on the primary key''s index since the load that wrote the table last (loader.stamp_tables); null: none yet.';
