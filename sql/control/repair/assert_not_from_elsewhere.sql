create or replace function loader.assert_not_from_elsewhere(p_dataset text)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD034 if tables of a dataset, or the control tables, were restored from another time or database.
declare
    v_tables text := (select string_agg(e.name, E'\n') from tables_from_elsewhere(p_dataset) as e (name));
begin
    if v_tables is not null then
        raise exception 'rows of % are not those that the schema loader knows: one of the two was restored', p_dataset
            using errcode = 'LD034', detail = v_tables, hint = format(
                'restore both from the same time; or keep these rows until the next load: '
                '`loader migrate %s --repair`', p_dataset
            );
    end if;
end
$$;
comment on function loader.assert_not_from_elsewhere(text) is
'Raises LD034 if tables of a dataset, or the control tables, were restored from another time or database.';
