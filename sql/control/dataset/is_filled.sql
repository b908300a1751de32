create or replace function loader.is_filled(p_dataset text, p_entities text[])
returns boolean
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Whether a root table of these entities (null: of any) holds a row.
declare
    v_filled boolean := false;
    v_table text;
begin
    for v_table in
        select format('%I.%I', d.target_schema, t.table_name)
        from dataset as d join dataset_table as t on t.dataset = d.dataset
        where d.dataset = p_dataset and t.is_root and (p_entities is null or t.entity = any (p_entities))
    loop
        if to_regclass(v_table) is not null then
            execute format('select exists (select 1 from %s)', v_table) into v_filled;
        end if;
        exit when v_filled;
    end loop;
    return v_filled;
end
$$;
comment on function loader.is_filled(text, text[]) is 'Whether a root table of these entities holds a row.';
