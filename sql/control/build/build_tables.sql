create or replace function loader.build_tables(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Builds the tables of a load that are not built yet, one after the other. The loader has built most of them before,
-- with loader.build_table in parallel sessions.
declare
    v_table text;
begin
    for v_table in
        select t.table_name from load as l
        join dataset_table as t on t.dataset = l.dataset
        where l.load_id = p_load and t.entity in (select e.entity from load_roots(p_load) as e)
        order by t.position
    loop
        perform build_table(p_load, v_table);
    end loop;
end
$$;
comment on function loader.build_tables(bigint) is 'Builds the tables of a load that are not built yet.';
