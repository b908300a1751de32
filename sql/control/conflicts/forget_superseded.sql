create or replace function loader.forget_superseded(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes the key log of older sources if p_load is a newer full snapshot: it has logged or written each key that still
-- exists, and older dumps restore no others. Otherwise, every dump would leave all of its keys behind. The entries stay
-- while p_load can be rolled back, because they would then count again. Called when p_load is done. Writes staging.
declare
    v_root record;
begin
    if can_roll_back(p_load) or not exists (select 1 from load as l where l.load_id = p_load and l.complete <> '{}') then
        return;
    end if;
    for v_root in
        select l.dataset, r.entity
        from load as l cross join load_roots(p_load) as r
        where l.load_id = p_load and r.entity = any (l.complete) and out_of_order_sources(p_load, r.entity) = '{}'
    loop
        perform forget_key_log(v_root.dataset, v_root.entity, array(
            select s.source_id from source as s
            where s.snapshot is not null and s.source_id = any (older_sources(p_load, v_root.entity))
        ));
    end loop;
end
$$;
comment on function loader.forget_superseded(bigint) is
'Removes the key log of older sources once a newer full snapshot is loaded.';
