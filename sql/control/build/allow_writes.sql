create or replace function loader.allow_writes(p_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the triggers with which build_table or swap_relations refuse writes, from tables that have just been published
-- or reverted, and are locked. Writes the catalog.
declare
    v_table regclass;
begin
    for v_table in
        select t.tgrelid from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
        where c.relnamespace = to_regnamespace(quote_ident(p_schema)) and t.tgname = 'loader_refuse_write'
    loop
        execute format('drop trigger loader_refuse_write on %s', v_table);
    end loop;
end
$$;
comment on function loader.allow_writes(text) is 'Allows writes into tables that were published.';
