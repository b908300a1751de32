create or replace function loader.assert_mergeable(
    p_dataset text, p_entities text[] default null, p_settings jsonb default null
)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that nothing known in advance prevents a merge into the tables of some entities (null: of all; {}: of none,
-- but into staging and history, which every load writes). p_settings: of the load; null: any row may be deleted, as in
-- a rollback or repair.
-- Raises LD029 for users' rules, with which the server refuses the statements of a merge; LD036 for foreign keys in
-- other tables of which the current role may not, or should not, read all rows, because a merge keeps the rows to which
-- they refer; and LD037 for publications of the tables, or of tables whose foreign keys delete or empty rows, with
-- which the server refuses any update or delete.
declare
    v_tables oid[];
    v_deleted oid[];  -- the tables of which rows may be deleted
    v_bad text;
begin
    select
        coalesce(array_agg(o.oid), '{}'), coalesce(array_agg(o.oid) filter (
            where not t.is_root or p_settings is null or p_settings ->> 'deletes' = 'delete'
                or t.entity = any (generated_entities(p_dataset)) or keeps_versions(p_dataset, t.entity)
        ), '{}')
    into v_tables, v_deleted
    from dataset as d
    join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
    cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
    where d.dataset = p_dataset and o.oid is not null;
    select string_agg(format('rule %I on %s', r.rulename, r.ev_class::regclass), E'\n') into v_bad
    from pg_rewrite as r join pg_class as c on c.oid = r.ev_class
    where r.ev_type <> '1' and r.ev_enabled in ('O', 'A') and (r.ev_class = any (v_tables) or exists (
        select 1 from dataset_schemas(p_dataset) as s cross join lateral owned_objects(p_dataset, s.schema_name) as o
        where to_regnamespace(quote_ident(s.schema_name)) = c.relnamespace and s.place in ('stage', 'history') and o.object_oid = c.oid
    ));
    if v_bad is not null then
        raise exception 'rows cannot be merged into tables with your rules'
            using errcode = 'LD029', detail = v_bad, hint = 'drop or disable what is listed';
    end if;
    perform assert_readable(v_tables);
    if not exists (select 1 from pg_publication) then
        return;
    end if;
    with keyed as (
        select f.conrelid, f.confdeltype from pg_constraint as f
        where f.contype = 'f' and f.confrelid = any (v_deleted) and f.conparentid = 0
    )
    select string_agg(u.line, E'\n' order by u.line) into v_bad
    from (
        select unpublishable_writes(v_tables || array(
            select o.object_oid from dataset_schemas(p_dataset) as s
            cross join owned_objects(p_dataset, s.schema_name) as o
            where s.place in ('stage', 'history') and o.kind = 'relation'
        ), '{update,delete}')
        union
        select unpublishable_writes(array(select k.conrelid from keyed as k where k.confdeltype = 'c'), '{delete}')
        union
        select unpublishable_writes(array(select k.conrelid from keyed as k where k.confdeltype in ('n', 'd')), '{update}')
    ) as u (line);
    if v_bad is not null then
        raise exception 'rows of % cannot be written: the server refuses updates or deletes in published tables', p_dataset
            using errcode = 'LD037', detail = v_bad, hint = 'do what is listed; the same command then continues';
    end if;
end
$$;
comment on function loader.assert_mergeable(text, text[], jsonb) is
'Raises LD029, LD036 or LD037 when something that others have added to the tables prevents a merge.';
