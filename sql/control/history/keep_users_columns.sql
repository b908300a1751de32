create or replace function loader.keep_users_columns(p_load bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
set datestyle = 'ISO'
set intervalstyle = 'postgres'
set extra_float_digits = 1
as $$
-- Stores the values of users' columns as text, beside the versions that a load is about to supersede: {…, "_own":
-- {column: text}}. Some values do not survive a conversion to JSON and back: json itself, a null in jsonb, bounds of
-- arrays, types with their own cast to json. Called before the tables change. Writes history.
declare
    v_table record;
begin
    for v_table in
        select u.*, (select string_agg(format('t.%I::text', c.name), ', ') from unnest(u.columns) as c (name)) as texts
        from load as l cross join users_columns(l.dataset, p_entity) as u where l.load_id = p_load
    loop
        execute format(
            'update %1$s as o set before = jsonb_set(o.before, %2$L, case when %2$L::text[] = ''{row}'' then v.kept -> 0 '
            'else v.kept end) from %1$s as c cross join lateral (select jsonb_agg(j.value || jsonb_build_object(''_own'', '
            '(select jsonb_object_agg(x.name, x.text) from unnest(%3$L::text[], array[%4$s]) as x (name, text))) '
            'order by j.ordinality) as kept from jsonb_array_elements(%5$s) with ordinality as j (value, ordinality) '
            'cross join lateral jsonb_populate_record(null::%6$s, j.value - %3$L::text[]) as r join %6$s as t on %7$s) as v '
            'where c.load_id = %8$s and c.before is not null and v.kept is not null and o.ctid = c.ctid',
            v_table.changes, v_table.path, v_table.columns, v_table.texts, v_table.version,
            v_table.name, v_table.keys, p_load
        );
    end loop;
end
$$;
comment on function loader.keep_users_columns(bigint, text) is
'Stores the values of users'' columns as text, beside the versions that a load supersedes.';
