-- sql/dataset/compare/compare_entity.sql, mapping 000000000000
create or replace function marked_stage.changed_thing(
    _p_first bigint,
    _p_hash uuid[],
    _p_1 integer[]
)
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that do not equal a row of marked.thing with their key from before the
-- load whose first source is _p_first. Row by row with the key's index, because dumps are in key order.
#variable_conflict use_column
declare
    _v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into _v_places
    from unnest(_p_hash, _p_1)
        with ordinality as u (_hash, number, place)
    where (
        select t._hash = u._hash and t._source < _p_first and t._gone_since is null
        from marked.thing as t
        where t.number = u.number
    ) is not true;
    return _v_places;
end
$$;
revoke all on function marked_stage.changed_thing(
    bigint, uuid[], integer[]
) from public;
comment on function marked_stage.changed_thing(
    bigint, uuid[], integer[]
) is
'Places of the records that differ from the thing with their key.';
