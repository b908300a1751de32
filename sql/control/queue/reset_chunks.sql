create or replace function loader.reset_chunks(p_chunks bigint[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts chunks whose rows are lost, or have to be decided again, back into the queue as if they had never been loaded;
-- leased ones lose their lease. The attempt does not count. Rejects of chunks that were done are deleted, because they
-- will be found again. The caller has locked the chunks, or nobody else changes them. Writes chunk, reject.
begin
    delete from reject as r using chunk as c
    where c.chunk_id = any (p_chunks) and c.state = 'done' and r.chunk_id = c.chunk_id;
    update chunk as c set
        state = 'ready', ready_at = '-infinity', lease_token = null, leased_until = null, epoch = null, done_at = null,
        read = 0, inserted = 0, updated = 0, unchanged = 0, duplicate = 0, rejected = 0, filtered = 0, removed = 0,
        nulled = '{}', rows = null, max_attempts = c.max_attempts + 1
    where c.chunk_id = any (p_chunks) and c.state in ('done', 'leased');
end
$$;
comment on function loader.reset_chunks(bigint[]) is
'Puts chunks back into the queue as if they had never been loaded.';
