create or replace function loader.change_counts(p_load bigint, p_entity text default null)
returns table (entity text, op text, column_name text, records bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- How many records of each entity a load changed, by operation; for updated records also by the column or child table
-- that differs (column_name; null: all of them). Records that only got another source by a replace are left out. Raises
-- LD019.
begin
    perform assert_recorded(p_load);
    return query execute format(
        'select c.entity, c.op, n.name, count(*) '
        'from %I.changes as c '
        'join loader.dataset_table as t on t.dataset = $3 and t.entity = c.entity and t.is_root '
        'cross join lateral (select null::text union all select unnest(c.columns)) as n (name) '
        'where c.load_id = $1 and c.op <> ''same'' and ($2 is null or c.entity = $2) '
        'group by t.position, c.entity, c.op, n.name '
        'order by t.position, array_position(array[''insert'', ''update'', ''delete'', ''mark''], c.op), '
        'n.name is not null, count(*) desc, n.name collate "C"',
        dataset_of(p_load) || '_history'
    )
    using p_load, p_entity, dataset_of(p_load);
end
$$;
comment on function loader.change_counts(bigint, text) is
'Number of records that a load changed, by entity, operation and column that differs.';
