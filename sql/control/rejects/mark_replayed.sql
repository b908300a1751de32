create or replace function loader.mark_replayed(p_load bigint, p_rejects bigint[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Marks rejects as replayed by a load, with all other rejects of the same records. p_rejects: one for each record
    -- of the load's source, in the order of the records. Those that the load has rejected again stay open. Writes
    -- reject.
    update reject as r set state = 'replayed', replayed_by = p_load
    from unnest(p_rejects) with ordinality as g (reject_id, place)
    join reject as o on o.reject_id = g.reject_id
    where r.source_id = o.source_id and r.record = o.record
        and not exists (select from reject as again where again.load_id = p_load and again.record = g.place)
$$;
comment on function loader.mark_replayed(bigint, bigint[]) is
'Marks rejects as replayed by a load, unless it has rejected their records again.';
