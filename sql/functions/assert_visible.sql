create or replace function loader.assert_visible(p_dataset text, p_entities text[] default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether the present role sees all rows of the tables of some entities (null: of all). Rows that row level security
-- hides from it would be neither found, nor updated, nor deleted, and nothing would say so. Raises LD030.
declare
    v_hidden text;
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
end
$$;
comment on function loader.assert_visible(text, text[]) is
'Raises LD030 when row level security may hide rows of the tables from the present role.';
