create or replace function loader.carry_indexes(p_old oid[], p_new oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates users' own indexes of tables, or of materialized views, on their successors under the same names, unless they
-- exist there already. Drops indexes from the successors that were carried to them before, and that the user has
-- dropped or altered since. Raises LD008 naming the index that no longer fits, or whose name the mapping now uses for
-- another index. Writes owned_object.
declare
    v_index record;
begin
    for v_index in
        with pair as materialized (
            select x.old_oid, x.new_oid, m.made -> 'carried' as carried
            from unnest(p_old, p_new) as x (old_oid, new_oid) join made_as(p_new) as m on m.table_oid = x.new_oid
        ), own as materialized (
            select p.old_oid, p.new_oid, a.identity, i.oid, i.relname, index_shape(i.oid) as shape
            from list_attachments(p_old) as a
            join pair as p on p.old_oid = a.owner_oid
            join pg_class as i on a.kind = 'index' and i.oid = a.object_oid
        ), there as materialized (
            select p.new_oid, p.carried, i.oid, i.relname, index_shape(i.oid) as shape
            from pair as p join pg_index as x on x.indrelid = p.new_oid join pg_class as i on i.oid = x.indexrelid
            where p.carried ? i.relname or (p.new_oid, i.relname) in (select o.new_oid, o.relname from own as o)
        )
        select t.oid::regclass::text as identity, null::text as untrusted, format('drop index %s', t.oid::regclass) as statement
        from there as t
        where t.carried ->> t.relname = t.shape
            and (t.new_oid, t.relname, t.shape) not in (select o.new_oid, o.relname, o.shape from own as o)
        union all
        select o.identity, u.line, overlay(
            x.definition placing o.new_oid::regclass::text
            from position(format(' ON %I.%I USING ', n.nspname, c.relname) in x.definition) + 4
            for length(format('%I.%I', n.nspname, c.relname))
        ) || format('; comment on index %I.%I is %L', s.nspname, o.relname, obj_description(o.oid, 'pg_class'))
        from own as o
        join pg_class as c on c.oid = o.old_oid
        join pg_namespace as n on n.oid = c.relnamespace
        join pg_class as d on d.oid = o.new_oid
        join pg_namespace as s on s.oid = d.relnamespace
        cross join pg_get_indexdef(o.oid) as x (definition)
        left join list_untrusted(p_old) as u on u.object_oid = o.oid
        where (o.new_oid, o.relname, o.shape) not in (select t.new_oid, t.relname, t.shape from there as t)
    loop
        perform assert_trusted(v_index.untrusted);
        execute v_index.statement;
    end loop;
    perform note_carried(p_new);
exception
    when undefined_column or undefined_function or datatype_mismatch or unique_violation or program_limit_exceeded
        or duplicate_table then
        raise exception 'the index % does not fit the new tables: %', v_index.identity, sqlerrm
            using errcode = 'LD008', hint = 'drop or rename it, then give the same command again';
end
$$;
comment on function loader.carry_indexes(oid[], oid[]) is
'Creates users'' own indexes of tables again on the tables that replace them.';
