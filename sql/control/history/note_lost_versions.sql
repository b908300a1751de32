create or replace function loader.note_lost_versions(p_dataset text, p_entity text, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Before the table of versions of an entity is made: where it is not there any more, nobody knows what the sources that
-- were loaded say of its records, and merges would make rows of what comes alone. Only a replace begins anew then: the
-- tables count as loaded under no mapping. Writes dataset, event; warns.
declare
    v_text text := format(
        'what sources say of the records of %s is lost with the table %s, which is not there any more: load all files '
        'with --replace', p_entity, p_table
    );
begin
    if to_regclass(p_table) is not null or not exists (
        select 1 from dataset as d
        join load as l on l.dataset = d.dataset and l.state = 'done' and l.mapping_hash = d.mapping_hash
        join source as s on s.load_id = l.load_id and p_entity = any (s.entities)
        where d.dataset = p_dataset and d.loaded_hash = d.mapping_hash
    ) then
        return;
    end if;
    update dataset as d set loaded_hash = null where d.dataset = p_dataset;
    perform log_event('history_lost', v_text, p_level => 'warning');
    raise warning '%', v_text;
end
$$;
comment on function loader.note_lost_versions(text, text, text) is
'Lets only a replace load an entity of which the versions that sources gave have been dropped.';
