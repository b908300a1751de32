create or replace function loader.drop_relations(p_relations oid[], p_target text default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops views and materialized views, then tables: each kind in one statement, so that foreign keys between them do not
-- matter. Never with cascade; partitions are dropped with their parents. Raises 2BP01 also if users have added columns,
-- triggers or indexes to a table, because DROP TABLE would drop them silently. p_target: as in loader.list_bound.
-- Writes owned_object.
declare
    v_item record;
    v_foreign text;
begin
    if p_relations = '{}' then
        return;
    end if;
    select string_agg(b.line, E'\n' order by b.line) into v_foreign from list_bound(p_relations, p_target) as b (line);
    if v_foreign is not null then
        raise exception 'something of others is on the tables that are to be dropped'
            using errcode = '2BP01', detail = v_foreign, hint = 'drop what is listed first';
    end if;
    delete from owned_object as o
    using pg_class as c, pg_namespace as n
    where o.kind = 'relation' and o.object_name = c.relname and o.schema_name = n.nspname and n.oid = c.relnamespace
        and c.oid in (
            select unnest(p_relations) union select i.inhrelid from pg_inherits as i where i.inhparent = any (p_relations)
        );
    for v_item in
        select
            case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
            string_agg(c.oid::regclass::text, ', ' order by c.oid) as names
        from pg_class as c where c.oid = any (p_relations)
        group by 1 order by min(case c.relkind when 'v' then 1 when 'm' then 2 else 3 end)
    loop
        execute format('drop %s %s', v_item.kind, v_item.names);
    end loop;
end
$$;
comment on function loader.drop_relations(oid[], text) is
'Drops views, materialized views and tables, never with cascade.';
