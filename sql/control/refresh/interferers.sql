create or replace function loader.interferers(p_table regclass)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What users have created on a table, or on its partitions, that may skip, add or change rows while it is written:
    -- enabled triggers, and rules. Empty if there is none. Reads the catalog.
    with part as (
        select p_table::oid as oid
        union
        select t.relid from pg_partition_tree(p_table) as t
    )
    select coalesce(string_agg(i.name, ', ' order by i.name), '')
    from (
        select format('trigger %I on %s', t.tgname, t.tgrelid::regclass) as name
        from part as p join pg_trigger as t on t.tgrelid = p.oid
        where not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgparentid = 0
        union all
        select format('rule %I on %s', r.rulename, r.ev_class::regclass)
        from part as p join pg_rewrite as r on r.ev_class = p.oid
        where r.ev_type <> '1' and r.ev_enabled in ('O', 'A')
    ) as i
$$;
comment on function loader.interferers(regclass) is
'Triggers and rules of users that may skip, add or change rows while a table is written.';
