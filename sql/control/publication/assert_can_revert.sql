create or replace function loader.assert_can_revert(p_dataset text)
returns loader.load
language plpgsql
set search_path = loader, pg_temp
as $$
-- The last publication of a dataset, if it can be reverted, or its revert be undone. Raises LD003 (a load is open),
-- LD010 (there are no previous tables, a later load depends on it, or history is kept, in which only loader.rollback
-- can be recorded), LD020, LD034.
declare
    v_load load;
    v_later bigint[];
begin
    perform assert_none_open(p_dataset);
    select l.* into v_load from load as l
    where l.dataset = p_dataset and l.state = 'done' and l.mode = 'replace'
    order by l.finished_at desc, l.load_id desc limit 1;
    if not found then
        raise exception 'there are no previous tables to go back to: no version of % was ever replaced', p_dataset
            using errcode = 'LD010';
    end if;
    if v_load.changes = 'recorded' and v_load.settings ->> 'history' = 'on' then
        raise exception '% keeps history, in which a swap of tables cannot be recorded', p_dataset
            using errcode = 'LD010', hint = format('roll the load back: call loader.rollback(%s)', v_load.load_id);
    end if;
    v_later := loaded_since(v_load.load_id);
    if v_later <> '{}' then
        raise exception 'there are no previous tables to go back to: later loads (%) depend on the tables of % as '
        'load % left them',
            array_to_string(v_later, ', '), p_dataset, v_load.load_id using errcode = 'LD010', hint = case
                when (select bool_and(can_roll_back(l)) from unnest(v_later) as l) then
                    format('roll these loads back first, in this order: %s', array_to_string(v_later, ', '))
                else 'load the older dump with --replace'
            end;
    end if;
    perform assert_room(p_dataset);
    perform assert_not_from_elsewhere(p_dataset);
    if not exists (select 1 from publication as p where p.load_id = v_load.load_id)
        or exists (
            select 1 from dataset as d cross join publication_moves(v_load.load_id, d.old_schema) as m
            where d.dataset = p_dataset
                and case when m.old_oid is null then not m.is_view else m.come_oid is null end
        ) or exists (select 1 from tables_from_elsewhere(p_dataset, 'old')) then
        raise exception 'there are no previous tables to go back to: the tables from before load % were not kept',
            v_load.load_id
            using errcode = 'LD010';
    end if;
    return v_load;
end
$$;
comment on function loader.assert_can_revert(text) is
'The last publication of a dataset, where it can be reverted; raises LD010 otherwise.';
