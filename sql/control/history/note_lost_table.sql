create or replace function loader.note_lost_table(p_dataset text, p_entity text, p_kind text, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Before a table is made that keeps what loads of an entity leave for later ones (p_kind as of recorded_rows): where
-- they had left something, and it is not there any more, it is lost. changes: none of the loads can be taken back, nor
-- a state before them be told. versions: only a replace begins anew, as merges would make rows of what comes alone; so
-- the tables count as loaded under no mapping. seen: what is noted of the loads tells that (assert_decisions). Writes
-- load, dataset, event; warns.
declare
    v_loads bigint[] := array(
        select l.load_id
        from dataset as d
        join load as l on l.dataset = d.dataset and l.state not in ('open', 'built')
        left join load_entity as n on n.load_id = l.load_id and n.entity = p_entity
        where d.dataset = p_dataset and to_regclass(p_table) is null
            and exists (select 1 from source as s where s.load_id = l.load_id and p_entity = any (s.entities))
            and case p_kind
                when 'changes' then l.changes = 'recorded'
                else l.state = 'done' and l.mapping_hash = d.mapping_hash and d.loaded_hash = d.mapping_hash
                    and (p_kind = 'versions' or n.seen > 0)
            end
    );
    v_text text;
begin
    if v_loads = '{}' then
        return;
    end if;
    case p_kind
        when 'changes' then
            update load as l set changes = null
            where l.dataset = p_dataset and l.changes = 'recorded' and l.state not in ('open', 'built');
            v_text := format('what %s loads of %s had changed is lost, because the table %s no longer exists: they cannot '
                'be rolled back, and no earlier state can be shown', cardinality(v_loads), p_dataset, p_table);
        when 'versions' then
            update dataset as d set loaded_hash = null where d.dataset = p_dataset;
            v_text := format('what sources say of the records of %s is lost, because the table %s no longer exists: load '
                'all files with --replace', p_entity, p_table);
        else
            v_text := format('what %s loads had found unchanged of %s is lost, because the table %s no longer '
                'exists: older dumps are refused until these are loaded again', cardinality(v_loads), p_entity, p_table);
    end case;
    perform log_event('history_lost', v_text, p_level => 'warning');
    raise warning '%', v_text;
end
$$;
comment on function loader.note_lost_table(text, text, text, text) is
'Records that rows on which later loads depend are lost, if somebody has dropped the table that had them.';
