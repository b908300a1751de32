create or replace function loader.damage_text(p_found jsonb)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- What a repair has found, in words: {table: {missing, differing, surplus}}. Null if every row is correct.
    select string_agg(t.key || ' ' || k.words, '; ' order by t.key)
    from jsonb_each(p_found) as t
    cross join lateral (
        select string_agg(e.value || ' ' || e.key, ', ' order by array_position('{missing,differing,surplus}', e.key))
        from jsonb_each_text(t.value) as e
        where e.value::bigint > 0
    ) as k (words)
    where k.words is not null
$$;
comment on function loader.damage_text(jsonb) is 'What a repair has found, as a text; null if every row is correct.';
