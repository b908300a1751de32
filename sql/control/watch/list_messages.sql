create or replace function loader.list_messages(p_load bigint, p_kinds text[])
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The messages of the events of these kinds of a load, in their order. Reads event.
    select e.message from event as e where e.load_id = p_load and e.kind = any (p_kinds) order by e.event_id
$$;
comment on function loader.list_messages(bigint, text[]) is 'The messages of the events of some kinds of a load.';
