create or replace function loader.list_alterations(p_tables oid[])
returns table (kind text, identity text)
language sql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
    -- Alterations of tables by users, and other properties, that a publication does not carry over and that would be
    -- lost silently if other tables took their place. Reads the catalogs.
    with item as materialized (
        select c.*, c.oid::regclass::text as name, m.made
        from loader.made_as(p_tables) as m join pg_class as c on c.oid = m.table_oid
    ), col as (
        select i.oid, format('%s.%I', i.name, a.attname) as name, a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated,
            (m.was ->> 'not_null')::boolean as was_not_null,
            (format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text)
            is distinct from (m.was ->> 'type', m.was ->> 'collation') as has_other_type
        from item as i
        join pg_attribute as a on a.attrelid = i.oid and a.attnum > 0 and not a.attisdropped
        cross join lateral (select i.made -> 'columns' -> a.attname as was) as m
        where m.was is not null
    )
    select 'not null', c.name from col as c where c.attnotnull and not c.was_not_null
    union all
    select 'default', c.name from col as c where c.atthasdef and c.attgenerated = ''
    union all
    select 'identity', c.name from col as c where c.attidentity <> ''
    union all
    select 'type', c.name from col as c where c.has_other_type
    union all
    select 'unlogged table', i.name from item as i where i.relpersistence = 'u'
    union all
    select 'table of a type', i.name from item as i where i.reloftype <> 0
    union all
    select 'access method', format('%s of %s', a.amname, i.name) from item as i join pg_am as a on a.oid = i.relam
    where a.amname <> current_setting('default_table_access_method') and i.relkind = 'r'
    union all
    select 'row level security', i.name from item as i where i.relrowsecurity or i.relforcerowsecurity
    union all
    select 'distributed table', i.name from item as i where loader.is_distributed(i.oid)
    union all
    select 'inheriting table', h.inhrelid::regclass::text from pg_inherits as h where h.inhparent = any (p_tables)
    union all
    select 'parent table', format('%s of %s', h.inhparent::regclass, h.inhrelid::regclass)
    from pg_inherits as h where h.inhrelid = any (p_tables)
    union all
    select distinct 'disabled trigger', format(
        '%1$I on %2$s (of a foreign key: alter table %2$s enable trigger all)', t.tgname, t.tgrelid::regclass
    )
    from pg_trigger as t where t.tgisinternal and t.tgenabled <> 'O' and (
        t.tgrelid = any (p_tables)
        or t.tgconstraint in (select k.oid from pg_constraint as k where k.confrelid = any (p_tables))
    )
    union all
    select 'publication', format('%I of all tables', p.pubname) from pg_publication as p
    where p.puballtables and exists (select 1 from item as i where i.relkind = 'r')
    union all
    select distinct 'publication', format('%I of the schema %s', p.pubname, i.relnamespace::regnamespace)
    from item as i
    join pg_publication_namespace as s on s.pnnspid = i.relnamespace
    join pg_publication as p on p.oid = s.pnpubid
    union all
    select 'subscription', i.name from pg_subscription_rel as s join item as i on i.oid = s.srrelid
    union all
    select distinct 'security label', i.name from pg_seclabel as s
    join item as i on s.classoid = 'pg_class'::regclass and s.objoid = i.oid
    union all
    select distinct 'extension', format('%I has %s', e.extname, i.name) from item as i
    left join pg_index as x on x.indrelid = i.oid
    join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid in (i.oid, x.indexrelid)
    join pg_extension as e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid
    union all
    select r.kind, r.identity from loader.list_referring(p_tables) as r
$$;
comment on function loader.list_alterations(oid[]) is
'How users have altered tables in ways that a publication does not carry over.';
