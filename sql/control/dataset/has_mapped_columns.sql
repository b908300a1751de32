create or replace function loader.has_mapped_columns(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the tables in use of some entities (null: of all) were created with the columns that the mapping has now,
    -- which are those of the staging tables. They were not if a replace with a changed mapping had files of other
    -- entities only. What users have altered since does not matter here.
    with made as materialized (
        select t.table_name, x.name as schema_name, array(
            select k.name from jsonb_object_keys(o.made -> 'columns') as k (name)
            where k.name !~ '^_' order by k.name collate "C"
        ) as names
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
        cross join lateral unnest(array[d.target_schema, d.stage_schema]) as x (name)
        join owned_object as o
            on o.schema_name = x.name and o.kind = 'relation' and o.object_name = t.table_name and o.made ? 'columns'
        where d.dataset = p_dataset
    )
    select not exists (
        select 1 from made as a join made as b on b.table_name = a.table_name and b.names <> a.names
    )
$$;
comment on function loader.has_mapped_columns(text, text[]) is
'Whether the tables of some entities were created with the columns that the mapping has now.';
