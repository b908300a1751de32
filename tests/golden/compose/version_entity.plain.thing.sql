-- sql/dataset/compose/version_entity.sql, mapping 000000000000
create or replace function plain_stage.version_of_thing(
    _p_1 text,
    _p_2 integer
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- A thing as it is in the tables, with its children: {"row": {…}, "children": {table: [{…}, …]}}.
#variable_conflict use_column
begin
    return (
        select jsonb_build_object('row', to_jsonb(t.*), 'children', '{}'::jsonb
            || coalesce((
                select jsonb_build_object('thing_part', jsonb_agg(
                    to_jsonb(c.*) order by c.thing_place, c.thing_number, c.ordinal
                ))
                from plain.thing_part as c
                where
                    c.thing_place = $1
                    and c.thing_number = $2
                having count(*) > 0
            ), '{}'::jsonb)
            || coalesce((
                select jsonb_build_object('thing_part_mark', jsonb_agg(
                    to_jsonb(c.*) order by c.thing_place, c.thing_number, c.part_ordinal, c.ordinal
                ))
                from plain.thing_part_mark as c
                where
                    c.thing_place = $1
                    and c.thing_number = $2
                having count(*) > 0
            ), '{}'::jsonb)
        )
        from plain.thing as t
        where t.place = $1 and t.number = $2
    );
end
$$;
comment on function plain_stage.version_of_thing(
    text, integer
) is
'A thing as it is in the tables, with its children, as JSON.';
