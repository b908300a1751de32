create or replace function loader.drop_old_version(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the version before the last, which the last publication kept. Never with cascade: what a user has built on
-- it makes this fail (2BP01), and names it. Writes the old schema.
declare
    v_old text;
    v_item record;
begin
    select d.old_schema into v_old from dataset as d where d.dataset = p_dataset;
    if to_regnamespace(quote_ident(v_old)) is null then
        return;
    end if;
    for v_item in
        select c.oid::regclass as name, case c.relkind when 'm' then 'materialized view' else 'table' end as kind
        from pg_class as c
        where c.relnamespace = to_regnamespace(quote_ident(v_old)) and c.relkind in ('r', 'm')
            and (c.relname like '\_mv\_%' or c.relname in (select t.table_name from dataset_table as t where t.dataset = p_dataset))
        order by c.relkind, c.oid desc
    loop
        execute format('drop %s %s', v_item.kind, v_item.name);
    end loop;
    if not exists (select 1 from pg_class as c where c.relnamespace = to_regnamespace(quote_ident(v_old))) then
        execute format('drop schema %I', v_old);
    end if;
end
$$;
comment on function loader.drop_old_version(text) is 'Drops the version that the last publication kept.';
