-- So that a program whose routines were replaced by those of a newer one does not put them back unasked.
alter table loader.migration add column replaced text[] not null default '{}';
comment on column loader.migration.replaced is
'In row 0: digests of routines that other routines have replaced; a program with one of these is older.';
