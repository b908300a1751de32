create or replace function loader.note_recorded(p_kinds text[], p_loads bigint[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records how many rows loads have left on which later loads depend (recorded_rows), so that lost_records can tell when
-- some are missing. p_kinds: changes, versions, seen, removed. Called by each routine that has written or removed any.
-- Writes load_entity.
declare
    v_kind text;
begin
    foreach v_kind in array p_kinds loop
        execute format(
            'update load_entity as n set %1$I = r.found from recorded_rows(%1$L, $1) as r '
            'where n.load_id = r.load_id and n.entity = r.entity and n.%1$I is distinct from r.found', v_kind
        )
        using p_loads;
    end loop;
end
$$;
comment on function loader.note_recorded(text[], bigint[]) is
'Records how many rows each load has written on which later loads depend.';
