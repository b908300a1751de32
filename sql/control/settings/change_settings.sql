create or replace function loader.change_settings(p_load bigint, p_given jsonb)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Changes limits of an open load, by name; they apply to its workers on all hosts. Equal values change nothing. Raises
-- LD023 for settings that affect the content of the tables. Writes load, event. Locks load.
declare
    v_load load;
    v_setting record;
    v_changes jsonb := '{}';
    v_words text[] := '{}';
begin
    select l.* into v_load from load as l where l.load_id = p_load for update;
    for v_setting in
        select g.key as name, g.value, v_load.settings -> g.key as before, setting_kind(g.key) as kind
        from jsonb_each(p_given) as g
        where v_load.settings -> g.key is distinct from g.value
        order by g.key
    loop
        continue when v_setting.kind is null or v_setting.kind = 'start';
        if v_setting.kind = 'outcome' then
            raise exception 'load % of % is open with % = %, which cannot become % within the load',
                p_load, v_load.dataset, v_setting.name, v_setting.before #>> '{}', v_setting.value #>> '{}'
                using errcode = 'LD023', hint = format(
                    'leave %s as it was to continue the load, or cancel the load: loader cancel %s',
                    v_setting.name, v_load.dataset
                );
        end if;
        v_changes := v_changes || jsonb_build_object(v_setting.name, v_setting.value);
        v_words := v_words || format(
            '%s is now %s (it was %s)', v_setting.name, v_setting.value #>> '{}', v_setting.before #>> '{}'
        );
    end loop;
    if v_changes <> '{}' then
        update load as l set settings = l.settings || v_changes where l.load_id = p_load;
        perform log_event(
            'settings_changed', format('by %s: %s', session_user, array_to_string(v_words, '; ')), p_load,
            p_detail => v_changes
        );
    end if;
end
$$;
comment on function loader.change_settings(bigint, jsonb) is
'Changes limits of an open load for its workers on all hosts.';
