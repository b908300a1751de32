create or replace function loader.has_removals(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether delete records of these entities (null: of all) count, so that a load has to be merged even if the tables
    -- are empty: a replace would forget what is deleted, and an older file would bring it back.
    select exists (
        select 1
        from dataset_table as t
        cross join removing_loads(p_dataset, t.entity) as r
        where t.dataset = p_dataset and t.is_root and (p_entities is null or t.entity = any (p_entities))
            and is_current(p_dataset, t.entity)
    )
$$;
comment on function loader.has_removals(text, text[]) is
'Whether delete records of these entities count, so that a load has to be merged.';
