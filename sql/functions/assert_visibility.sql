create or replace function loader.assert_visibility(p_dataset text, p_visibility text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether the policies of a dataset can be applied chunk by chunk: not those that need all versions of a key.
-- Raises 22023.
declare
    v_entity text;
begin
    if p_visibility = 'load' then
        return;
    end if;
    select format('%s of %s', e.entity ->> 'policy', e.entity ->> 'name') into v_entity
    from dataset as d cross join jsonb_array_elements(d.mapping -> 'entities') as e (entity)
    where d.dataset = p_dataset and e.entity ->> 'policy' not in ('newest', 'priority', 'first')
    limit 1;
    if found then
        raise exception 'the policy % is applied at the end of a load', v_entity
            using errcode = '22023', hint = 'set visibility: load';
    end if;
end
$$;
comment on function loader.assert_visibility(text, text) is
'Raises an error when the policies of a dataset cannot be applied chunk by chunk.';
