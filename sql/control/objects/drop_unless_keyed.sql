create or replace function loader.drop_unless_keyed(p_table text, p_names text[], p_types text[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops a table of a history schema, and the view over such tables, if its primary key does not have these columns and
-- types, because the mapping has given its records another key. Does nothing if there is no such table. Raises LD007,
-- and 2BP01 if objects of other users depend on them. Writes history, owned_object, event.
declare
    v_table regclass := to_regclass(p_table);
    v_schema text;
    v_gone oid[];
begin
    if v_table is null or (p_names, array(select t::regtype::oid from unnest(p_types) as t)) = (
        select array_agg(a.attname::text order by k.place), array_agg(a.atttypid order by k.place)
        from pg_index as i
        cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (number, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indrelid = v_table and i.indisprimary
    ) then
        return;
    end if;
    select n.nspname into v_schema
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = v_table;
    v_gone := array(
        select o.object_oid from owned_objects(p_schema => v_schema) as o
        where o.kind = 'relation' and (o.object_oid = v_table or o.object_name = 'changes')
        order by o.object_oid = v_table
    );
    perform lock_for_swap(v_gone, clock_timestamp() + interval '1 minute');
    perform drop_relations(v_gone);
    perform log_event(
        'history_dropped', format('records have another key now, so %s starts again from nothing', p_table),
        p_level => 'warning'
    );
end
$$;
comment on function loader.drop_unless_keyed(text, text[], text[]) is
'Drops a table of a history schema when its key is not of these columns and types.';
