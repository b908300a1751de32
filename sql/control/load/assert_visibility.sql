create or replace function loader.assert_visibility(p_dataset text, p_visibility text, p_settings jsonb)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that a load may become visible chunk by chunk: not with policies that need all versions of a key, nor with
-- history. Raises 22023.
declare
    v_entity text;
begin
    if p_visibility = 'load' then
        return;
    end if;
    select format('%s of %s', e.entity ->> 'policy', e.entity ->> 'name') into v_entity
    from dataset as d cross join jsonb_array_elements(d.mapping -> 'entities') as e (entity)
    where d.dataset = p_dataset and e.entity ->> 'policy' not in ('newest', 'first')
    limit 1;
    if found then
        raise exception 'the policy % is applied at the end of a load', v_entity
            using errcode = '22023', hint = 'set visibility: load';
    end if;
    if p_settings ->> 'history' = 'on' then
        raise exception 'history: on needs visibility: load, because changes that are visible chunk by chunk are '
        'not recorded'
            using errcode = '22023', hint = 'set history: off, or visibility: load';
    end if;
end
$$;
comment on function loader.assert_visibility(text, text, jsonb) is
'Raises an error if a load of a dataset cannot become visible chunk by chunk.';
