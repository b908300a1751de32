create or replace function loader.note_lost_table(p_dataset text, p_entity text, p_kind text, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Called before a table is created that keeps what later loads depend on (p_kind as for recorded_rows). If loads of an
-- entity had rows in it and it does not exist, these are lost. changes: none of the loads can be rolled back, and no
-- state before them be shown. versions: only a replace can start again, because merges would compose rows of new
-- versions only; so its rows count as made under no mapping. seen, removed: the counts of the loads reveal it
-- (assert_decisions). Writes load, loaded_entity, event; warns.
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
                else l.state = 'done' and is_current(d.dataset, p_entity)
                    and entity_digest(l.mapping_hash, p_entity) = entity_digest(d.mapping_hash, p_entity)
                    -- The mapping that is registered up to now may not have kept versions.
                    and case p_kind when 'versions' then keeps_versions(d.dataset, p_entity) when 'removed' then n.removed > 0
                        else n.seen > 0 end
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
            update loaded_entity as e set mapping_hash = null where e.dataset = p_dataset and e.entity = p_entity;
            v_text := format('what sources say of the records of %s is lost, because the table %s no longer exists: load '
                'all files with --replace', p_entity, p_table);
        when 'removed' then
            v_text := format('which records of %s were deleted is lost, because the table %s no longer exists: load all '
                'files with --replace', p_entity, p_table);
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
