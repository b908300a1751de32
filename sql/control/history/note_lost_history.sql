create or replace function loader.note_lost_history(p_dataset text, p_entity text, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Before the change table of an entity is made: where loads have recorded changes, and it is not there any more, what
-- they changed is not recorded any longer. None of them can be taken back then, nor a state before them be told.
-- Writes load, event; warns.
declare
    v_loads bigint;
    v_text text;
begin
    if to_regclass(p_table) is not null or not exists (
        select 1 from load as l join source as s using (load_id)
        where l.dataset = p_dataset and l.changes = 'recorded' and l.state <> 'open' and p_entity = any (s.entities)
    ) then
        return;
    end if;
    update load as l set changes = null
    where l.dataset = p_dataset and l.changes = 'recorded' and l.state <> 'open';
    get diagnostics v_loads = row_count;
    v_text := format(
        'what %s loads of %s had changed is lost with the table %s, which is not there any more: they cannot be taken '
        'back, and no state before them can be told', v_loads, p_dataset, p_table
    );
    perform log_event('history_lost', v_text, p_level => 'warning');
    raise warning '%', v_text;
end
$$;
comment on function loader.note_lost_history(text, text, text) is
'Notes that what loads changed is not recorded any more, where the change table of an entity has been dropped.';
