create or replace function loader.can_publish(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a publication could carry over all that users have built on the tables of these entities (null: of all). A
    -- load that chooses its mode asks that first, and merges otherwise.
    select not exists (
        select 1 from list_uncarried(array(
            select c.oid from dataset as d
            join dataset_table as t on t.dataset = d.dataset
            join pg_class as c on c.oid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
            where d.dataset = p_dataset and (p_entities is null or t.entity = any (p_entities))
        ))
    )
$$;
comment on function loader.can_publish(text, text[]) is
'Whether a publication could carry over all that users have built on tables.';
