-- sql/dataset/overlaps/known_keys_entity.sql, mapping 000000000000
create or replace function plain_stage.known_keys_thing()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the thing keys of the analysis with plain.thing, one row per source. Called by
-- loader.known_keys, if that table exists.
#variable_conflict use_column
begin
    return query
    select
        k._source,
        count(*) filter (where t._hash is null),
        count(*) filter (where t._hash = k._hash),
        count(*) filter (where t._hash <> k._hash)
    from plain_stage.thing_key as k
    left join plain.thing as t on t.place = k.place and t.number = k.number
    group by k._source;
end
$$;
comment on function plain_stage.known_keys_thing() is
'Compares the thing keys of the last `loader conflicts` with those in plain.';
