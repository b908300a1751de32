create or replace function loader.may_replace(
    p_dataset text, p_entities text[], p_priority integer, p_snapshot date, p_quick boolean default false
)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether building the tables of these entities again from a full snapshot has the same result as merging it:
    -- nothing in them is newer, no foreign key of another user's table has to be respected row by row, no policy
    -- combines versions, no load is open, the mapping is that of the tables, and nothing blocks a publication. p_quick:
    -- without checking what users have built, which takes 50 ms and is needed only if a replace is wanted.
    select
        not has_open_load(p_dataset)
        and changed_entities(p_dataset, p_entities) = '{}'
        and (select bool_or(is_current(p_dataset, e.entity)) from unnest(p_entities) as e (entity))
        and not exists (
            select 1 from unnest(p_entities) as e (entity) where keeps_versions(p_dataset, e.entity)
        )
        and not exists (
            select 1 from source_order as s join load as l on l.load_id = s.load_id
            where s.dataset = p_dataset and l.state = 'done' and s.entities && p_entities
                and s.age > source_age(p_priority, p_snapshot)
        )
        and (p_quick or can_publish(p_dataset, p_entities))
        and (p_quick or not exists (
            select 1 from dataset_table as t
            cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
            where t.dataset = p_dataset and t.entity = any (p_entities)
                and case
                    when exists (select 1 from pg_trigger as g where g.tgrelid = o.oid and g.tgconstraint <> 0)
                        then reference_guard(o.oid, 't') <> ''
                end
        ))
    from dataset as d
    where d.dataset = p_dataset
$$;
comment on function loader.may_replace(text, text[], integer, date, boolean) is
'Whether a replace with a full snapshot has the same result as a merge.';
