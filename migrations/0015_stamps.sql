-- Tables carry a stamp that each load changes: tables, or a manifest, restored from another time are told by it.
alter table loader.owned_object add column stamp text;
comment on column loader.owned_object.stamp is
'Comment on the primary key''s index since the load that wrote the table last (loader.stamp_tables); null: none yet.';
