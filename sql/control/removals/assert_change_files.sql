create or replace function loader.assert_change_files(p_dataset text, p_visibility text, p_settings jsonb)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that the settings of a load go with delete records, if the dataset has any: these are applied at the end of a
-- load, and files that have them are no full snapshots. Raises 22023.
declare
    v_entity text;
begin
    select e.item ->> 'name' into v_entity
    from dataset as d cross join jsonb_array_elements(d.mapping -> 'entities') as e (item)
    where d.dataset = p_dataset and (e.item ? 'operation' or e.item ? 'removed_by')
    limit 1;
    if v_entity is null then
        return;
    end if;
    if p_visibility <> 'load' then
        raise exception 'the delete records of % are applied at the end of a load', v_entity
            using errcode = '22023', hint = 'set visibility: load';
    end if;
    if p_settings ->> 'deletes' <> 'ignore' then
        raise exception 'delete records say which records of % are gone, and a file that lacks a record says nothing', v_entity
            using errcode = '22023', hint = 'set deletes: ignore';
    end if;
end
$$;
comment on function loader.assert_change_files(text, text, jsonb) is
'Raises an error if the settings of a load do not go with delete records.';
