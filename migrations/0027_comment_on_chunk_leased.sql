-- The comment as sql/control/schema has it now.
comment on index loader.chunk_leased is
'Serves loader.reclaim_expired; leased_until is in no index, so that a heartbeat stays a HOT update.';
