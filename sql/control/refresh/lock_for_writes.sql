create or replace function loader.lock_for_writes(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks the tables of a load's entities ROW EXCLUSIVE, as its first write would, before it is decided which of their
-- rows users' foreign keys protect, and whether rules and triggers allow the writes. What other sessions are about to
-- create is then waited for and counts, and whoever comes later waits until the transaction ends. Neither readers nor
-- writers wait. Raises LD007 after publish_wait.
begin
    perform lock_for_swap(
        array(
            select to_regclass(format('%I.%I', d.target_schema, t.table_name))::oid
            from load as l
            join dataset as d on d.dataset = l.dataset
            join load_roots(p_load) as e on true
            join dataset_table as t on t.dataset = l.dataset and t.entity = e.entity
            where l.load_id = p_load and to_regclass(format('%I.%I', d.target_schema, t.table_name)) is not null
            order by t.position
        ),
        clock_timestamp() + make_interval(secs => load_limit(p_load, 'publish_wait')), 'row exclusive'
    );
end
$$;
comment on function loader.lock_for_writes(bigint) is
'Locks the tables of a load so that nobody can make foreign keys, triggers or rules on them until it has written.';
