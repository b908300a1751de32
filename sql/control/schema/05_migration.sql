create table loader.migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user,
    installed text,
    replaced text[] not null default '{}'
);
comment on table loader.migration is
'Migrations that were applied; row 0 stands for the routines, which are all replaced when one of them changes.';
comment on column loader.migration.version is 'Number of the file in migrations/; 0 for the routines.';
comment on column loader.migration.name is 'File name, without directory.';
comment on column loader.migration.sha256 is 'Digest of the file as it was applied; an edited file is refused.';
comment on column loader.migration.applied_at is 'When it was applied.';
comment on column loader.migration.applied_by is 'Role that applied it.';
comment on column loader.migration.installed is
'Digest of the routines as they were in the catalog then (row 0), to tell whether somebody has altered some.';
comment on column loader.migration.replaced is
'In row 0: digests of routines that other routines have replaced; a program with one of these is older.';
