create or replace function loader.restore_users_columns(p_undone bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
set datestyle = 'ISO'
set intervalstyle = 'postgres'
as $$
-- Restores the values of users' columns in rows that have come back, if the history has them: as text
-- (keep_users_columns), or as JSON from older versions of the loader. A column that was added later keeps its default.
-- Writes target; drops what note_missing_rows has created.
declare
    v_table record;
    v_again text;
begin
    for v_table in
        select u.* from load as l cross join users_columns(l.dataset, p_entity) as u where l.load_id = p_undone
    loop
        v_again := format('pg_temp.%I', 'again_' || md5(v_table.table_name));
        execute format(
            'update %1$s as t set %2$s from %3$s as o '
            'cross join lateral jsonb_populate_record(null::%1$s, case when o.value ? ''_own'' then o.value - %4$L::text[] '
            'else o.value end) as r where %5$s',
            v_table.name, (
                select string_agg(
                    format(
                        '%1$I = case when o.value -> ''_own'' ? %1$L then (o.value -> ''_own'' ->> %1$L)::%2$s '
                        'when o.value ? %1$L then r.%1$I else t.%1$I end', c.name, c.type
                    ), ', '
                ) from unnest(v_table.columns, v_table.types) as c (name, type)
            ), v_again, v_table.columns, v_table.keys
        );
        execute 'drop table ' || v_again;
    end loop;
end
$$;
comment on function loader.restore_users_columns(bigint, text) is
'Restores the values of users'' columns in rows that have come back.';
