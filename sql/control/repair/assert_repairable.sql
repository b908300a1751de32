create or replace function loader.assert_repairable(p_dataset text)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD034 if the tables of a dataset cannot be repaired, because somebody has to undo something first, or a load
-- is open; LD029, LD036, LD037 if rows cannot be written.
declare
    v_damage text;
begin
    if has_open_load(p_dataset) then
        raise exception 'a load of % is open', p_dataset
            using errcode = 'LD034', hint = format('let it finish, or cancel it: loader cancel %s', p_dataset);
    end if;
    perform assert_visible(p_dataset);
    perform assert_mergeable(p_dataset);
    select string_agg(d.object || ': ' || d.what, E'\n') into v_damage
    from list_damage(p_dataset) as d where not d.mendable;
    if v_damage is not null then
        raise exception 'somebody has altered tables of % in a way that cannot be undone for them', p_dataset
            using errcode = 'LD034', detail = v_damage, hint = 'do what is listed, then repair again';
    end if;
end
$$;
comment on function loader.assert_repairable(text) is
'Raises LD034 if somebody has to undo a change before the tables of a dataset can be repaired.';
