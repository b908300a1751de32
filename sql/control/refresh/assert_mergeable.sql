create or replace function loader.assert_mergeable(p_dataset text, p_entities text[] default null)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Whether nothing that is known before stands against a merge into the tables of some entities (null: of all). Raises
-- LD029 for rules of others, with which the server refuses the statements of a merge, LD036 for foreign keys of others
-- in tables that the present role may not read: a merge keeps the rows that they refer to.
declare
    v_tables oid[] := array(
        select o.oid from dataset as d
        join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
        cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
        where d.dataset = p_dataset and o.oid is not null
    );
    v_bad text;
begin
    select string_agg(format('rule %I on %s', r.rulename, r.ev_class::regclass), E'\n') into v_bad
    from pg_rewrite as r where r.ev_class = any (v_tables) and r.ev_type <> '1' and r.ev_enabled in ('O', 'A');
    if v_bad is not null then
        raise exception 'rows cannot be merged into tables with rules of others'
            using errcode = 'LD029', detail = v_bad, hint = 'drop or disable what is listed';
    end if;
    select string_agg(distinct format('foreign key %I on %s: %s', f.conname, f.conrelid::regclass, concat_ws('; ',
        case when not has_schema_privilege(c.relnamespace, 'usage')
            then format('grant usage on schema %s to %I', c.relnamespace::regnamespace, current_user) end,
        case when not has_table_privilege(f.conrelid, 'select')
            then format('grant select on %s to %I', f.conrelid::regclass, current_user) end
    )), E'\n') into v_bad
    from pg_constraint as f
    join pg_class as c on c.oid = f.conrelid
    where f.contype = 'f' and f.confrelid = any (v_tables) and f.conrelid <> all (v_tables) and f.conparentid = 0
        and not (has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(f.conrelid, 'select'));
    if v_bad is not null then
        raise exception 'the role % may not read the tables whose foreign keys refer to those of %', current_user, p_dataset
            using errcode = 'LD036', detail = v_bad, hint = 'a merge keeps rows that others refer to: grant what is listed';
    end if;
end
$$;
comment on function loader.assert_mergeable(text, text[]) is
'Raises LD029 or LD036 when something that others have made on the tables stands against a merge.';
