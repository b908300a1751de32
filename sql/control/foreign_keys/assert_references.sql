create or replace function loader.assert_references(p_dataset text, p_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD015 if a row refers to a key that does not exist.
declare
    v_dangling text;
begin
    select string_agg(
        format('%s(%s) -> %s: %s rows, for example %s', c.table_name, array_to_string(c.column_names, ', '),
            c.references_table, c.dangling, array_to_string(c.examples, ', ')), E'\n'
    ) into v_dangling
    from check_references(p_dataset, p_schema) as c where c.dangling > 0;
    if v_dangling is not null then
        raise exception 'references of % dangle and foreign_keys is enforce', p_dataset
            using errcode = 'LD015', detail = v_dangling,
                hint = 'the same command with --set foreign_keys=report (or not_valid) loads them';
    end if;
end
$$;
comment on function loader.assert_references(text, text) is
'Raises LD015 if a row refers to a key that does not exist.';
