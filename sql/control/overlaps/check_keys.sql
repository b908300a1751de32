create or replace function loader.check_keys(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Validates the keys that an analysis has copied as text, once all of them are there. Writes the key tables of the
-- dataset's staging.
declare
    v_stage text := (select d.stage_schema from dataset as d where d.dataset = p_dataset);
    v_root text;
begin
    for v_root in select t.table_name from dataset_table as t where t.dataset = p_dataset and t.is_root loop
        execute format('select %I.%I()', v_stage, 'check_keys_' || v_root);
    end loop;
end
$$;
comment on function loader.check_keys(text) is 'Validates the keys that `loader conflicts` has copied as text.';
