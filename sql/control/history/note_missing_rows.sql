create or replace function loader.note_missing_rows(p_undone bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Called before a load is rolled back: records which rows, of tables with users' columns, are about to come back from
-- the history. restore_users_columns restores the values of these columns. Creates temporary tables; raises 42501 if the
-- role may not.
declare
    v_table record;
begin
    for v_table in
        select u.* from load as l cross join users_columns(l.dataset, p_entity) as u where l.load_id = p_undone
    loop
        if not has_database_privilege(current_database(), 'temporary') then
            raise exception 'the role % may not create temporary tables, which the values of your columns in % need',
                current_user, v_table.name using errcode = 'insufficient_privilege',
                hint = format('grant temporary on database %I to %I', current_database(), current_user);
        end if;
        execute format(
            'create temporary table %I on commit drop as select j.value from %s as c '
            'cross join lateral jsonb_array_elements(%s) as j (value) '
            'cross join lateral jsonb_populate_record(null::%s, j.value - %L::text[]) as r '
            'where c.load_id = %s and c.op not in (''insert'', ''same'') and not exists (select 1 from %4$s as t where %7$s)',
            'again_' || md5(v_table.table_name), v_table.changes, v_table.version, v_table.name,
            v_table.columns, p_undone, v_table.keys
        );
    end loop;
end
$$;
comment on function loader.note_missing_rows(bigint, text) is
'Records which rows of tables with users'' columns come back when a load is rolled back.';
