create or replace function loader.later_loads(
    p_dataset text,
    p_entity text,
    p_load bigint,
    out loads bigint[],
    out was_empty boolean
)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The loads after p_load (0: all) that may have changed an entity, and whose changes lead back to the state after
-- p_load. was_empty: they lead back from an empty table, because a later load found it empty; otherwise from the
-- current one. Publications that loader.revert has undone are ignored.
-- Raises LD013 (there is no such load, or it has not ended), LD019 (what one of the loads changed is not recorded, or
-- no longer), LD034.
declare
    v_load load;
    v_first bigint;
    v_unknown bigint;
begin
    perform assert_not_from_elsewhere(p_dataset);
    select l.* into v_load from load as l
    where l.dataset = p_dataset and l.load_id = p_load and l.state in ('done', 'rolled_back');
    if not found and p_load <> 0 then
        raise exception 'there is no load % of % that is done', p_load, p_dataset
            using errcode = 'LD013', hint = '`loader log` lists them';
    end if;
    with touching as (
        select
            l.load_id, l.changes,
            case l.state when 'done' then l.inserted + l.updated + l.deleted + (
                select coalesce(sum(n.recomposed), 0) from load_entity as n where n.load_id = l.load_id
            ) when 'rolled_back' then 1 else (
                select coalesce(sum(c.inserted + c.updated), 0) from chunk as c
                where c.load_id = l.load_id and l.mode = 'merge' and l.visibility = 'chunk'
            ) end as written
        from load as l
        where l.dataset = p_dataset and l.load_id > p_load and l.state not in ('open', 'built')
            and (l.mode = 'rollback' or exists (
                select 1 from source as s where s.load_id = l.load_id and p_entity = any (s.entities)))
            and not exists (select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null)
    ), bound as (
        select min(t.load_id) as load_id from touching as t where t.changes = 'first'
    )
    select
        b.load_id,
        coalesce(array_agg(t.load_id) filter (where t.changes = 'recorded'), '{}'),
        min(t.load_id) filter (where t.changes is null and t.written > 0)
    into v_first, loads, v_unknown
    from bound as b left join touching as t on b.load_id is null or t.load_id < b.load_id
    group by b.load_id;
    select coalesce(min(p.load_id), v_unknown) into v_unknown
    from publication as p join load as l using (load_id)
    where l.dataset = p_dataset and p.load_id <= p_load and p.reverted_at > v_load.finished_at and v_first is null;
    v_unknown := coalesce(v_unknown, (
        select min(l.load_id) from load as l
        where l.lost is not null and l.dataset = p_dataset and l.load_id >= p_load
            and (v_first is null or l.load_id < v_first)
    ));
    if v_unknown is not null then
        raise exception 'what load % changed is not recorded, so the state after load % is unknown', v_unknown, p_load
            using errcode = 'LD019', hint = 'changes are recorded by loads with visibility: load';
    end if;
    v_unknown := (select min(r.load_id) from lost_records('changes', loads, p_entity) as r);
    if v_unknown is not null then
        raise exception 'rows of the change tables of load % are missing, so the state after load % is unknown',
            v_unknown, p_load
            using errcode = 'LD019', hint = 'somebody has removed them, or a restore left them out';
    end if;
    was_empty := v_first is not null;
end
$$;
comment on function loader.later_loads(text, text, bigint) is
'The loads whose changes have to be undone to get the state of an entity after a load.';
