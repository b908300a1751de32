create or replace function loader.cancel_unwritten(p_dataset text, p_mapping_hash text, p_rendered_hash text)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Cancels the open load of a dataset that prevents registering another mapping or program (register_dataset), if
-- nothing is lost with it: none of its records has become a row, and no worker is working on it. Returns its number, or
-- null if there is no such load. Writes as end_load does. Locks load.
declare
    v_load bigint;
begin
    select l.load_id into v_load
    from load as l join dataset as d using (dataset)
    where l.dataset = p_dataset and l.state = 'open'
        and (l.mapping_hash <> p_mapping_hash or l.mode = 'merge' and d.rendered_hash <> p_rendered_hash)
    for update of l;
    if v_load is null
        or exists (select 1 from chunk as c where c.load_id = v_load and c.state = 'done' and c.read > c.rejected)
        or exists (
            select 1 from chunk as c
            join chunk_attempt as a on a.chunk_id = c.chunk_id and a.attempt = c.attempt
            where c.load_id = v_load and c.state = 'leased' and is_connected(a.backend_pid, a.backend_start)
        )
        or exists (
            select 1 from source as s
            where s.load_id = v_load and s.state = 'planning' and is_connected(s.backend_pid, s.backend_start)
        ) then
        return null;
    end if;
    perform end_load(
        v_load, 'cancelled', 'it had written nothing, and made way for a load with another mapping or program'
    );
    return v_load;
end
$$;
comment on function loader.cancel_unwritten(text, text, text) is
'Cancels an open load that has another mapping and has written nothing.';
