create or replace function loader.carry_indexes(p_old oid, p_new oid)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes users' own indexes of a table, or of a materialized view, on its successor under the same names, unless they
-- are there already; drops from it those that were carried to it before, and that the user has dropped or altered since.
-- Raises LD008 naming the index that no longer fits, or whose name the mapping has given to another one.
-- Writes owned_object.
declare
    v_schema text := (
        select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_new
    );
    v_carried jsonb := made_as(p_new) -> 'carried';
    v_index record;
begin
    for v_index in
        with own as (
            select a.identity, a.definition, i.oid, i.relname, index_shape(i.oid) as shape
            from list_attachments(array[p_old]) as a join pg_class as i on a.kind = 'index' and i.oid = a.object_oid
        ), there as (
            select i.oid, i.relname, index_shape(i.oid) as shape
            from pg_index as x join pg_class as i on i.oid = x.indexrelid where x.indrelid = p_new
        )
        select t.oid::regclass::text as identity, format('drop index %s', t.oid::regclass) as statement
        from there as t
        where v_carried ->> t.relname = t.shape
            and (t.relname, t.shape) not in (select o.relname, o.shape from own as o)
        union all
        select o.identity, overlay(
            o.definition placing p_new::regclass::text
            from position(format(' ON %I.%I USING ', n.nspname, c.relname) in o.definition) + 4
            for length(format('%I.%I', n.nspname, c.relname))
        ) || format('; comment on index %I.%I is %L', v_schema, o.relname, obj_description(o.oid, 'pg_class'))
        from own as o
        join pg_class as c on c.oid = p_old
        join pg_namespace as n on n.oid = c.relnamespace
        where (o.relname, o.shape) not in (select t.relname, t.shape from there as t)
    loop
        execute v_index.statement;
    end loop;
    perform note_carried(p_new);
exception
    when undefined_column or undefined_function or datatype_mismatch or unique_violation or program_limit_exceeded
        or duplicate_table then
        raise exception 'the index % does not fit the new tables: %', v_index.identity, sqlerrm
            using errcode = 'LD008', hint = 'drop or rename it, then finish the load again';
end
$$;
comment on function loader.carry_indexes(oid, oid) is 'Makes users'' own indexes of a table on its successor.';
