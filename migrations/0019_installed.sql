-- What of the routines is in the catalog is noted, so that altered ones are made again.
alter table loader.migration add column installed text;
comment on column loader.migration.installed is
'Digest of the routines as they were in the catalog then (row 0), to tell whether somebody has altered some.';
