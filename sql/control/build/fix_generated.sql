create or replace function loader.fix_generated(p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes the computed columns of a table of the build plain ones, without a rewrite: their values stay, and rows that
-- come from now on, from tables or versions, bring their own. Called once all chunks are done, when nobody copies rows
-- into the table. Locks the table.
declare
    v_column text;
begin
    for v_column in
        select a.attname from pg_attribute as a
        where a.attrelid = p_table::regclass and a.attgenerated <> '' and not a.attisdropped
    loop
        execute format('alter table %s alter column %I drop expression', p_table::regclass, v_column);
    end loop;
end
$$;
comment on function loader.fix_generated(text) is
'Makes the computed columns of a table of the build plain ones, which keep their values.';
