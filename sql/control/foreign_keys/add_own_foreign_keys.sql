create or replace function loader.add_own_foreign_keys(p_load bigint, p_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Adds the foreign keys of a load's dataset to its tables in p_schema, according to the setting foreign_keys of the
-- load. With report, there are none; with not_valid and enforce, they are created NOT VALID, which is quick, and
-- validate_own_foreign_keys does the rest. Existing ones stay. References to tables that are not in p_schema are left
-- out.
declare
    v_load load;
    v_reference dataset_reference;
    v_name text;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    if v_load.settings ->> 'foreign_keys' not in ('not_valid', 'enforce') then
        return;
    end if;
    for v_reference in select r.* from dataset_reference as r where r.dataset = v_load.dataset loop
        v_name := 'loader_'
            || md5(v_reference.table_name || v_reference.column_names::text || v_reference.references_table);
        continue when to_regclass(format('%I.%I', p_schema, v_reference.table_name)) is null
            or to_regclass(format('%I.%I', p_schema, v_reference.references_table)) is null
            or exists (
                select 1 from pg_constraint as c
                where c.conname = v_name and c.conrelid = to_regclass(format('%I.%I', p_schema, v_reference.table_name))
            );
        execute format(
            'alter table %1$I.%2$I add constraint %3$I foreign key (%4$s) references %1$I.%5$I (%6$s) not valid',
            p_schema, v_reference.table_name, v_name,
            (select string_agg(quote_ident(c), ', ') from unnest(v_reference.column_names) as c),
            v_reference.references_table,
            (select string_agg(quote_ident(c), ', ') from unnest(v_reference.references_columns) as c)
        );
    end loop;
end
$$;
comment on function loader.add_own_foreign_keys(bigint, text) is
'Adds the foreign keys of a dataset according to the setting foreign_keys of a load.';
