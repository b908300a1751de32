create table loader.publication (
    load_id bigint not null references loader.load,
    position integer not null,
    table_name text not null,
    old_oid oid,
    new_oid oid not null,
    published_at timestamptz not null default clock_timestamp(),
    reverted_at timestamptz,
    primary key (load_id, position)
);
comment on table loader.publication is 'Tables that a publication swapped, which loader.revert swaps back.';
comment on column loader.publication.load_id is 'Load that was published.';
comment on column loader.publication.position is 'Order of the swap.';
comment on column loader.publication.table_name is 'Table in the target schema.';
comment on column loader.publication.old_oid is 'The table it replaced; null when there was none.';
comment on column loader.publication.new_oid is 'The table that took its place.';
comment on column loader.publication.published_at is 'When.';
comment on column loader.publication.reverted_at is 'When it was taken back.';

create table loader.dependent (
    load_id bigint not null references loader.load,
    position integer not null,
    kind text not null check (kind in ('view', 'foreign key', 'statistics')),
    identity text not null,
    definition text not null,
    state text not null default 'carried' check (state in ('carried', 'validated', 'failed')),
    error text,
    primary key (load_id, position)
);
comment on table loader.dependent is
'Objects of users on tables that a publication replaced, and how they were carried over.';
comment on column loader.dependent.load_id is 'Load that was published.';
comment on column loader.dependent.position is 'Order of carrying.';
comment on column loader.dependent.kind is 'What it is.';
comment on column loader.dependent.identity is 'Its name, qualified.';
comment on column loader.dependent.definition is 'SQL that defines it.';
comment on column loader.dependent.state is
'carried: bound to the new tables; validated: a foreign key that holds there; failed: one that does not.';
comment on column loader.dependent.error is 'Why it failed.';
