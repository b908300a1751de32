-- A file that was packed anew is known by what it holds.

alter table loader.source add column content text;
comment on column loader.source.content is
'Digest of what the file holds, however it is packed; known when it is planned, null: not known, or damaged.';
comment on column loader.source.sha256 is
'Digest of the file, or of its first packing that was loaded; known when it is planned.';
drop function if exists loader.digest_loaded_before(bigint, text, text, date, integer);
