create or replace function loader.assert_can_roll_back(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that enough is recorded about a load to roll it back. Raises LD003, LD013, LD018, LD029, LD030, LD034, LD036,
-- LD037.
declare
    v_load load;
    v_dataset dataset;
    v_root text;
    v_missing boolean;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    if not found then
        raise exception 'there is no load %', p_load using errcode = 'LD013', hint = '`loader log` lists them';
    end if;
    perform assert_none_open(v_load.dataset);
    perform assert_visible(v_load.dataset);
    perform assert_mergeable(v_load.dataset);
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    if v_load.mode = 'rollback' then
        raise exception 'load % is a rollback, which cannot be rolled back itself', p_load
            using errcode = 'LD018', hint = 'load the same dumps again';
    end if;
    if v_load.rolled_back_by is not null
        or exists (select 1 from publication as p where p.load_id = p_load and p.reverted_at is not null) then
        raise exception 'load % was already undone by %', p_load,
            coalesce('load ' || v_load.rolled_back_by, 'loader.revert') using errcode = 'LD018';
    end if;
    if v_load.state <> 'done' then
        raise exception 'load % cannot be rolled back: its state is %', p_load, v_load.state using errcode = 'LD018';
    end if;
    if exists (
        select 1 from load_roots(p_load) as e
        where not is_current(v_load.dataset, e.entity) or entity_digest(v_load.mapping_hash, e.entity)
            is distinct from entity_digest(v_dataset.mapping_hash, e.entity)
    ) then
        raise exception 'load % cannot be rolled back: the mapping has changed since', p_load using errcode = 'LD018';
    end if;
    if v_load.changes is null then
        raise exception 'load % cannot be rolled back: what it changed is not recorded', p_load
            using errcode = 'LD018', hint = 'changes are recorded by loads with visibility: load, and may have been pruned';
    end if;
    if exists (
        select 1 from load as l where l.lost = 'values' and l.dataset = v_load.dataset and l.load_id >= p_load
    ) then
        raise exception 'load % cannot be rolled back: rows have lost values since, which a repair has noted', p_load
            using errcode = 'LD018', hint = 'load the dumps of the state before with --replace';
    end if;
    if exists (select from lost_records('changes', array[p_load])) then
        raise exception 'load % cannot be rolled back: rows of its change tables are missing', p_load
            using errcode = 'LD018', hint = 'somebody has removed them, or a restore left them out';
    end if;
    for v_root in select e.table_name from load_roots(p_load) as e loop
        execute format(
            'select case when not exists (select 1 from %1$I.%2$I as c where c.load_id = $1 and '
            'c.hash_before = loader.unknown_hash()) then exists (select 1 from %1$I.%2$I as c where c.load_id = $1 '
            'and c.op not in (''insert'', ''same'') and c.before is null) end', v_dataset.dataset || '_history', v_root || '_change'
        )
        into v_missing using p_load;
        if v_missing is null then
            raise exception 'load % cannot be rolled back: it has written values again that were lost before it', p_load
                using errcode = 'LD018', hint = 'load the dumps of the state before with --replace';
        elsif v_missing then
            raise exception 'load % cannot be rolled back: the versions that were there before it were not kept', p_load
                using errcode = 'LD018', hint = 'history: on keeps them, from the next load on';
        end if;
    end loop;
end
$$;
comment on function loader.assert_can_roll_back(bigint) is
'Raises LD018 if too little is recorded about a load to roll it back.';
