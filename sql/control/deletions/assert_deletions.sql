create or replace function loader.assert_deletions(p_load bigint, p_entity text, p_gone bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD017 if a load would delete too many records of an entity: a dump that lacks more than max_delete_pct of the
-- rows is more likely damaged than true, and so is one without any record, whatever max_delete_pct is. Rows whose
-- record was rejected are not counted. But rows of rejected records without a readable key may be, so all of these
-- deletions count alike.
declare
    v_settings jsonb;
    v_root text;
    v_rows bigint;
    v_limit numeric;
    v_read bigint;
    v_without_key bigint;
begin
    select l.settings, format('%I.%I', d.target_schema, t.table_name)
    into v_settings, v_root
    from load as l join dataset as d using (dataset)
    join dataset_table as t on t.dataset = l.dataset and t.entity = p_entity and t.is_root
    where l.load_id = p_load;
    v_limit := load_limit(p_load, 'max_delete_pct')::numeric;
    if p_gone = 0 or (v_settings ->> 'allow_deletes')::boolean then
        return;
    end if;
    execute 'select count(*) from ' || v_root into v_rows;
    select coalesce(sum(e.read), 0), sum(e.without_key) into v_read, v_without_key
    from load_entity as e where e.load_id = p_load and e.entity = p_entity;
    if v_read = 0 then
        raise exception 'the dump holds no % record, and % of the % in the tables would be deleted',
            p_entity, p_gone, v_rows
            using errcode = 'LD017', hint = deletions_hint(p_load, p_entity);
    end if;
    if p_gone > v_limit / 100 * v_rows then
        raise exception '% of the % % records in the tables are not in the new dump, more than max_delete_pct allows (% %%)',
            p_gone, v_rows, p_entity, v_limit
            using errcode = 'LD017',
                detail = case when v_without_key > 0 then format(
                    '%s of them may be records that were rejected and whose keys cannot be read',
                    least(v_without_key, p_gone)
                ) else '' end,
                hint = deletions_hint(p_load, p_entity);
    end if;
end
$$;
comment on function loader.assert_deletions(bigint, text, bigint) is
'Raises LD017 when a load would delete more records than max_delete_pct allows.';
