create or replace function loader.drop_relations(p_relations oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops materialized views, then tables: each kind in one statement, so that foreign keys between them do not matter.
-- Never with cascade. Raises 2BP01.
declare
    v_item record;
begin
    for v_item in
        select c.relkind = 'm' as is_view, string_agg(c.oid::regclass::text, ', ' order by c.oid) as names
        from pg_class as c where c.oid = any (p_relations)
        group by c.relkind = 'm' order by c.relkind = 'm' desc
    loop
        execute format('drop %s %s', case when v_item.is_view then 'materialized view' else 'table' end, v_item.names);
    end loop;
end
$$;
comment on function loader.drop_relations(oid[]) is 'Drops materialized views and tables, never with cascade.';
