create or replace function loader.unpublishable_writes(p_tables oid[], p_commands text[])
returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Why the server would refuse to write into published tables: one line for each table and publication, with the
    -- statement that helps. p_commands: of {update, delete}. It refuses them, whatever the rows are, if subscribers
    -- could not tell from the replica identity which row is meant. For partitioned tables, their partitions are
    -- checked, and for a partition also the publications of its parents. Reads the catalogs.
    with written as materialized (
        select c.*, array(
            select a.attname from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (c.relreplident = 'f' or exists (
                select 1 from pg_index as i where i.indrelid = c.oid and i.indisvalid and a.attnum = any (i.indkey)
                    and (c.relreplident = 'd' and i.indisprimary and i.indimmediate or c.relreplident = 'i' and i.indisreplident)
            ))
        ) as identity, array(
            select a.attname from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> ''
        ) as generated
        from unnest(p_tables) as t (oid)
        left join lateral pg_partition_tree(t.oid) as l on true
        join pg_class as c on c.oid = coalesce(l.relid, t.oid) and c.relkind = 'r' and c.relpersistence = 'p'
    ), published as (
        select w.*, p.pubname, to_jsonb(p) ->> 'pubgencols' as generated_kind, r.prrelid, r.prattrs is not null as has_list, array(
            select a.attname from pg_attribute as a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)
        ) as listed, array(
            select a.attname from regexp_matches(r.prqual::text, ':varattno ([0-9]+)', 'g') as v (number)
            join pg_attribute as a on a.attrelid = r.prrelid and a.attnum = v.number[1]::integer
        ) as filtered, c.name as command
        from written as w
        cross join pg_publication as p
        join unnest(p_commands) as c (name) on case c.name when 'update' then p.pubupdate else p.pubdelete end
        cross join lateral (
            select w.oid union select a.relid::oid from pg_partition_ancestors(w.oid) as a
        ) as h
        join pg_class as u on u.oid = h.oid
        left join pg_publication_rel as r on r.prpubid = p.oid and r.prrelid = h.oid and (h.oid = w.oid or p.pubviaroot)
        where p.puballtables
            or exists (select 1 from pg_publication_rel as x where x.prpubid = p.oid and x.prrelid = h.oid)
            or exists (
                select 1 from pg_publication_namespace as n where n.pnpubid = p.oid and n.pnnspid = u.relnamespace
            )
    )
    select format('%s: the publication %I has its %s, but ', p.oid::regclass, p.pubname, string_agg(
        distinct p.command || 's', ' and ' order by p.command || 's' desc
    )) || case w.reason
        when 'none' then format('the table has no replica identity: alter table %s replica identity %s', p.oid::regclass, case
            when exists (select 1 from pg_index as i where i.indrelid = p.oid and i.indisprimary and i.indimmediate)
                then 'default' else 'full' end)
        when 'generated' then 'not a generated column of the replica identity: '
            || format('alter publication %I set (publish_generated_columns = stored)', p.pubname)
        else format('%s: alter publication %I drop table %s', w.reason, p.pubname, p.prrelid::regclass)
    end
    from published as p
    cross join lateral (
        select case
            when p.relreplident <> 'f' and not p.filtered <@ p.identity
                then 'the row filter reads columns outside of the replica identity'
            when p.has_list and (p.relreplident = 'f' or not p.identity <@ p.listed)
                then 'the column list leaves out columns of the replica identity'
            when not p.has_list and p.generated_kind = 'n' and p.identity && p.generated then 'generated'
            when p.relreplident <> 'f' and p.identity = '{}' then 'none'
        end
    ) as w (reason)
    where w.reason is not null
    group by p.oid, p.pubname, p.prrelid, w.reason
$$;
comment on function loader.unpublishable_writes(oid[], text[]) is
'Reasons why the server would refuse to write into published tables, with the statements that help.';
