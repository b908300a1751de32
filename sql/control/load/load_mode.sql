create or replace function loader.load_mode(p_dataset text, p_mode text, p_entities text[], p_filled boolean)
returns text
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The mode of a new load: the requested one. Without one (p_mode null), replace if the tables of p_entities (null: of
-- all) are empty, no versions are stored of which their rows are composed, no load has decided that records are gone,
-- no delete records count, and a publication could carry over what users have built on them; otherwise merge. p_filled:
-- whether the tables hold rows. Raises 22023 (no such mode), LD004 (a merge into an entity whose rows were made under
-- another mapping).
declare
    v_changed text[] := changed_entities(p_dataset, p_entities);
    v_mode text;
begin
    if p_mode not in ('merge', 'replace') then
        raise exception 'the mode of a load is merge, replace or null, not %', quote_literal(p_mode)
            using errcode = '22023';
    end if;
    v_mode := coalesce(p_mode, case
        when p_filled or has_versions(p_dataset, p_entities) or has_absences(p_dataset, p_entities)
            or has_removals(p_dataset, p_entities) then 'merge'
        when v_changed = '{}' and not can_publish(p_dataset, p_entities) and (
            select bool_or(is_current(p_dataset, t.entity)) from dataset_table as t
            where t.dataset = p_dataset and t.is_root and (p_entities is null or t.entity = any (p_entities))
        ) then 'merge'
        else 'replace'
    end);
    if v_mode = 'merge' and v_changed <> '{}' then
        raise exception 'the mapping of % differs from the one that the tables of % were loaded with', p_dataset,
            array_to_string(v_changed, ', ')
            using errcode = 'LD004', hint = concat(
                'load with --replace to build the tables again, from the given files only',
                '; rows came from ' || files_of_rows(p_dataset, p_entities)
            );
    end if;
    return v_mode;
end
$$;
comment on function loader.load_mode(text, text, text[], boolean) is
'The mode of a load that begins: what is asked for, or what its tables need.';
