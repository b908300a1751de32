create or replace function loader.assert_intact(p_dataset text, p_replacing boolean default false)
returns text[]
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD034 if somebody has dropped, renamed or altered tables, columns or keys of a dataset, so that loads would
-- fail halfway. p_replacing: only what prevents the tables from being replaced. Returns what is missing without
-- preventing loads, such as indexes. Reads the catalogs once.
declare
    v_damage text;
    v_repairable boolean;
    v_notes text[];
begin
    perform assert_visible(p_dataset, '{}');  -- first, because queries would see rows of inheriting tables
    with damage as materialized (
        select
            d.object || ': ' || d.what as line, d.mendable,
            d.blocks and not (p_replacing and (d.loses_values or not d.mendable)) as is_in_the_way, d.blocks
        from list_damage(p_dataset) as d
    )
    select
        string_agg(d.line, E'\n') filter (where d.is_in_the_way),
        bool_and(d.mendable) filter (where d.is_in_the_way),
        coalesce(array_agg(d.line) filter (where not d.blocks), '{}')
    into v_damage, v_repairable, v_notes -- noqa: AL03
    from damage as d;
    if v_damage is not null then
        raise exception 'the tables of % are not as the loader made them', p_dataset
            using errcode = 'LD034', detail = v_damage, hint = case
                when v_repairable then format('`loader migrate %s --repair` creates what is listed again', p_dataset)
                else format('undo what is listed; `loader migrate %s --repair` creates the rest again', p_dataset)
            end;
    end if;
    return v_notes;
end
$$;
comment on function loader.assert_intact(text, boolean) is
'Raises LD034 when somebody has dropped or altered tables of a dataset, columns or keys; returns what else is missing.';
