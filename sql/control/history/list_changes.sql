create or replace function loader.list_changes(p_load bigint, p_entity text default null, p_limit bigint default null)
returns table (
    entity text,
    op text,
    key jsonb,
    columns text[],
    source_before text,
    record_before bigint,
    source_after text,
    record_after bigint,
    before jsonb
)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- What a load changed, by entity and key; before: the previous version, if history is kept. Records that only got
-- another source by a replace are left out. Raises LD019.
begin
    perform assert_recorded(p_load);
    return query execute format(
        'select c.entity, c.op, c.key, c.columns, c.source_before, c.record_before, c.source_after, c.record_after, '
        'c.before from %I.changes as c '
        'join loader.dataset_table as t on t.dataset = $3 and t.entity = c.entity and t.is_root '
        'where c.load_id = $1 and c.op <> ''same'' and ($2 is null or c.entity = $2) '
        'order by t.position, c.key limit $4',
        dataset_of(p_load) || '_history'
    )
    using p_load, p_entity, dataset_of(p_load), p_limit;
end
$$;
comment on function loader.list_changes(bigint, text, bigint) is 'What a load changed, by entity and key.';
