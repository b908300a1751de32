create or replace function loader.publication_blockers(p_dataset text, p_entities text[] default null)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What stands against a publication of these entities (null: of all), as far as can be seen before the rows are
    -- there, a line for each thing: what cannot be carried over, what the present role may not, what needs columns that
    -- an open build does not have, and what others have on the version before, which goes. Where there is nothing yet,
    -- nothing is asked.
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
