-- What became of the staging tables and procedures of a dataset since they were made is told by a digest of them.
alter table loader.dataset add column staging_digest text;
comment on column loader.dataset.staging_digest is
'Digest of staging tables and procedures as they were made (loader.staging_digest); null: by an older program.';
