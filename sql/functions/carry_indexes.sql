create or replace function loader.carry_indexes(p_old oid, p_new oid)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes users' own indexes of a table, or of a materialized view, on its successor: under the same names, unless
-- they are there already. Raises LD008 naming the index that no longer fits. Writes owned_object.
declare
    v_schema text := (
        select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_new
    );
    v_index record;
begin
    for v_index in
        select
            i.relname, d.identity, obj_description(i.oid, 'pg_class') as comment,
            overlay(
                d.definition placing p_new::regclass::text
                from position(format(' ON %I.%I USING ', n.nspname, c.relname) in d.definition) + 4
                for length(format('%I.%I', n.nspname, c.relname))
            ) as definition
        from list_dependents(array[p_old]) as d
        join pg_class as i on i.oid = d.object_oid
        join pg_class as c on c.oid = p_old
        join pg_namespace as n on n.oid = c.relnamespace
        where d.kind = 'index' and not exists (
            select 1 from pg_index as x join pg_class as y on y.oid = x.indexrelid
            where x.indrelid = p_new and y.relname = i.relname
        )
    loop
        execute v_index.definition;
        execute format('comment on index %I.%I is %L', v_schema, v_index.relname, v_index.comment);
    end loop;
    perform note_carried(p_new);
exception
    when undefined_column or undefined_function or datatype_mismatch or unique_violation or program_limit_exceeded
        or duplicate_table then
        raise exception 'the index % does not fit the new tables: %', v_index.identity, sqlerrm
            using errcode = 'LD008', hint = 'drop it, then finish the load again';
end
$$;
comment on function loader.carry_indexes(oid, oid) is 'Makes users'' own indexes of a table on its successor.';
