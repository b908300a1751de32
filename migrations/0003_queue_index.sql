-- The queue's index on an expression that no other index has.

drop index loader.chunk_ready;
create index chunk_ready on loader.chunk (load_id, (chunk_id + 0)) where state = 'ready';
comment on index loader.chunk_ready is
'The first ready chunk of a load behind a floor, for claim_chunk. The primary key cannot serve an expression.';
