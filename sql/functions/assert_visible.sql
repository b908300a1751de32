create or replace function loader.assert_visible(p_dataset text, p_entities text[] default null)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Whether the rows of the tables of some entities (null: of all) are what they seem: the present role sees all of them,
-- and all of them are the table's own. Rows that row level security hides would be neither found, nor updated, nor
-- deleted; those of a table of others that inherits from one of the loader's would be all of that. Nothing would say
-- so. Raises LD030, LD034 (inheriting tables, of whichever entity and schema of the dataset). Reads the catalogs.
declare
    v_hidden text;
    v_heirs text;
begin
    select string_agg(o.oid::regclass::text, ', ' order by t.position) into v_hidden
    from dataset as d
    join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
    cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
    where d.dataset = p_dataset and o.oid is not null and row_security_active(o.oid);
    if v_hidden is not null then
        raise exception 'row level security may hide rows of % from the role %', v_hidden, current_user
            using errcode = 'LD030',
                hint = 'alter table … no force row level security lets the owner see them; or load as a role with bypassrls';
    end if;
    select string_agg(h.line, E'\n' order by h.line) into v_heirs from list_heirs(p_dataset) as h (line);
    if v_heirs is not null then
        raise exception 'tables of others inherit from tables of %, which would take their rows for its own', p_dataset
            using errcode = 'LD034', detail = v_heirs, hint = 'do what is listed, then give the same command again';
    end if;
end
$$;
comment on function loader.assert_visible(text, text[]) is
'Raises LD030 when row level security may hide rows of the tables, LD034 when tables of others inherit from them.';
