create or replace function loader.assert_visible(p_dataset text, p_entities text[] default null)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that the current role sees all rows of the tables of some entities (null: of all), and that all of them are
-- the table's own. Rows that row level security hides would be neither found, nor updated, nor deleted; those of a
-- user's table that inherits from one of the loader's would be all of that; no error would occur. Raises LD030, LD034
-- (inheriting tables, of any entity and schema of the dataset). Reads the catalogs.
declare
    v_hidden text;
    v_hint text;
    v_inheriting text;
begin
    select
        string_agg(o.oid::regclass::text, ', ' order by t.position),
        coalesce(
            'do this: ' || string_agg(format('alter table %s no force row level security', o.oid::regclass), '; '
                order by t.position) filter (where pg_has_role(c.relowner, 'usage')) || '; or ', ''
        ) || 'load as a role with bypassrls'
    into v_hidden, v_hint
    from dataset as d
    join dataset_table as t on t.dataset = d.dataset and (p_entities is null or t.entity = any (p_entities))
    cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
    join pg_class as c on c.oid = o.oid
    where d.dataset = p_dataset and row_security_active(o.oid);
    if v_hidden is not null then
        raise exception 'row level security may hide rows of % from the role %', v_hidden, current_user
            using errcode = 'LD030', hint = v_hint;
    end if;
    select string_agg(h.line, E'\n' order by h.line) into v_inheriting from list_inheriting(p_dataset) as h (line);
    if v_inheriting is not null then
        raise exception 'other tables inherit from tables of %, which would treat their rows as its own', p_dataset
            using errcode = 'LD034', detail = v_inheriting,
                hint = 'do what is listed, then give the same command again';
    end if;
end
$$;
comment on function loader.assert_visible(text, text[]) is
'Raises LD030 when row level security may hide rows of the tables, LD034 when users'' tables inherit from them.';
