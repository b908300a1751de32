create or replace function loader.join_load(
    p_dataset text,
    p_mode text,
    p_sources text[],
    p_options jsonb,
    p_changed jsonb default '{}'
)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- The open load of a dataset if it has these sources (each as name:size); null if none is open. Options and changed
-- settings are stored with it; p_options take precedence over p_changed, the settings that have changed in the mapping.
-- Raises LD003 if another load is open, LD023 if a changed setting would change the result. Writes load, event.
declare
    v_load load;
    v_known text[];
    v_same boolean;
begin
    select l.* into v_load from load as l where l.dataset = p_dataset and l.state in ('open', 'built');
    if not found then
        return null;
    end if;
    select array_agg(s.name || ':' || s.size order by s.name) into v_known
    from source as s where s.load_id = v_load.load_id;
    v_same := v_known = (select array_agg(x order by x) from unnest(p_sources) as x);
    if v_same
        and v_load.mode = coalesce(p_mode, v_load.mode)
        and v_load.options -> 'repair' is not distinct from p_options -> 'repair' then
        perform change_settings(v_load.load_id, p_changed || p_options);
        update load as l set options = l.options || p_options where l.load_id = v_load.load_id;
        return v_load.load_id;
    end if;
    raise exception 'load % of % is open (%), over %', v_load.load_id, p_dataset, v_load.mode,
        coalesce(array_to_string(v_known, ', '), 'no source yet')
        using errcode = 'LD003',
            hint = format(
                '%s to continue it, or cancel it: select loader.cancel_load(%s)',
                case
                    when not coalesce(v_same, false) then 'give the same files'
                    when v_load.options ? 'repair' then format('begin `loader repair %s` again', p_dataset)
                    else format('give the same files with --%s', v_load.mode)
                end,
                v_load.load_id
            );
end
$$;
comment on function loader.join_load(text, text, text[], jsonb, jsonb) is
'The open load of a dataset over the same sources; null when none is open.';
