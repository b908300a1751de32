-- loader.swap_in_tries carries over what users have set, and locks, in one loop.
drop function if exists loader.lock_carried(bigint, oid[], oid[], timestamptz);
