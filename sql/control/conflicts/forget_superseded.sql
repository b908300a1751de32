create or replace function loader.forget_superseded(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Forgets which keys older sources have seen, where p_load is a whole newer dump: it has seen or written each key that
-- is still there, and of others nothing comes back. Without this, every dump would leave all of its keys behind. They
-- stay while p_load can be taken back, as they would count again then. Called when it is done. Writes staging.
declare
    v_root record;
begin
    if not exists (select 1 from load as l where l.load_id = p_load and l.complete <> '{}') then
        return;
    end if;
    begin
        perform assert_can_roll_back(p_load);
        return;
    exception
        when sqlstate 'LD018' then
            null;
    end;
    for v_root in
        select r.entity, r.table_name, d.stage_schema
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as r
        where l.load_id = p_load and r.entity = any (l.complete) and late_sources(p_load, r.entity) = '{}'
    loop
        execute format(
            'delete from %I.%I as s using chunk as c, source as o '
            'where c.chunk_id = s.chunk_id and o.source_id = c.source_id and o.snapshot is not null '
            'and o.source_id = any ($1)', v_root.stage_schema, v_root.table_name || '_seen'
        ) using older_sources(p_load, v_root.entity);
    end loop;
end
$$;
comment on function loader.forget_superseded(bigint) is
'Forgets which keys older sources have seen, once a whole newer dump is loaded.';
