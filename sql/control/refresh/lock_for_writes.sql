create or replace function loader.lock_for_writes(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks the tables of a load's entities ROW EXCLUSIVE, as its first write would, before it is decided which of their
-- rows users' foreign keys protect, and whether rules and triggers allow the writes. What other sessions are about to
-- create is then waited for and counts, and whoever comes later waits until the transaction ends. Neither readers nor
-- writers wait. Tables of others with such keys are locked first, SHARE UPDATE EXCLUSIVE: until the transaction ends,
-- nobody can add an index, constraint or heir there whose code would run when they are read (list_unreadable). Raises
-- LD007 after publish_wait.
declare
    v_until timestamptz := clock_timestamp() + make_interval(secs => load_limit(p_load, 'publish_wait'));
    v_tables oid[] := array(
        select to_regclass(format('%I.%I', d.target_schema, t.table_name))::oid
        from load as l
        join dataset as d on d.dataset = l.dataset
        join load_roots(p_load) as e on true
        join dataset_table as t on t.dataset = l.dataset and t.entity = e.entity
        where l.load_id = p_load and to_regclass(format('%I.%I', d.target_schema, t.table_name)) is not null
        order by t.position
    );
    v_others oid[] := untrusted_referrers(v_tables);
begin
    perform lock_for_swap(v_others, v_until, 'share update exclusive');
    perform lock_for_swap(v_tables, v_until, 'row exclusive');
    if not untrusted_referrers(v_tables) <@ v_others then
        raise exception 'foreign keys to the tables were added while the load waited for locks'
            using errcode = 'LD007', hint = 'give the same command again';
    end if;
end
$$;
comment on function loader.lock_for_writes(bigint) is
'Locks the tables of a load so that nobody can make foreign keys, triggers or rules on them until it has written.';
