create or replace function loader.publication_blockers(p_dataset text, p_entities text[] default null)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What blocks a publication of these entities (null: of all), as far as this is known before the rows are loaded,
    -- one line each: what cannot be carried over, what the current role may not do, what needs columns that an open
    -- build lacks, and what other users have built on the previous version, which will be dropped. Nothing is checked
    -- if there are no tables yet.
    with target as materialized (
        select d.*, array(
            select c.oid from dataset_table as t
            join pg_class as c on c.oid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
            where t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
        ) as tables, array(
            select o.object_oid from owned_objects(d.dataset, d.old_schema) as o where o.kind = 'relation'
        ) as old_relations
        from dataset as d where d.dataset = p_dataset
    )
    select list_uncarried(t.tables) from target as t where t.tables <> '{}'
    union
    select list_forbidden(t.tables) from target as t where t.tables <> '{}'
    union
    select list_unfit(p_dataset, p_entities) from target as t where t.tables <> '{}'
    union
    select b.line || ' (of the previous tables)' from target as t
    cross join lateral list_bound(t.old_relations, t.target_schema) as b (line) where t.old_relations <> '{}'
$$;
comment on function loader.publication_blockers(text, text[]) is
'What would block a publication, as far as this is known before the rows are loaded.';
