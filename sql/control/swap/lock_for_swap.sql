create or replace function loader.lock_for_swap(
    p_relations oid[], p_until timestamptz, p_mode text default 'access exclusive'
)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Locks relations ACCESS EXCLUSIVE, or in another mode (p_mode), all or none, in tries (lock_at_once) with a random
    -- pause between them. Raises LD007 after p_until.
    select alter_in_tries(p_relations, 'select', p_until, p_mode => p_mode)
$$;
comment on function loader.lock_for_swap(oid[], timestamptz, text) is
'Locks relations for a swap, all or none, in tries of 40 ms so that no reader waits longer.';
