create or replace function loader.assert_rejects(p_load bigint)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Proves that a load does not have, and is not certain to have at its end, more rejects than max_rejects allows. A
-- number applies to the whole load, and is exact. A share applies to each entity, so that rejects of one are not hidden
-- by the many records of another; it is certain once all sources are planned, and allows ten rejects, unless it is 0.
-- Reads chunk, reject. Raises LD009.
declare
    v_settings jsonb;
    v_hint text;
    v_read bigint;
    v_rejected bigint;
    v_share numeric;
    v_entity record;
    c_few constant integer := 10;
begin
    select l.settings -> 'max_rejects',
        format('`loader rejects list %s` shows them; fix the cause, or raise max_rejects', l.dataset)
    into v_settings, v_hint
    from load as l where l.load_id = p_load;
    select coalesce(sum(c.read), 0), coalesce(sum(c.rejected), 0) into v_read, v_rejected
    from chunk as c where c.load_id = p_load;
    if v_rejected > (v_settings ->> 'count')::numeric then
        raise exception '% of % records were rejected, more than max_rejects allows (%)',
            v_rejected, v_read, v_settings ->> 'count' using errcode = 'LD009', hint = v_hint;
    end if;
    v_share := (v_settings ->> 'share')::numeric;
    if v_share is null or v_rejected <= c_few and v_share > 0 or v_rejected = 0 or exists (
        select 1 from source as s where s.load_id = p_load and s.state in ('registered', 'planning')
    ) then
        return;
    end if;
    for v_entity in
        select e.entity, e.records, e.rejected, case
            when v_share > 0 then greatest(c_few, v_share * e.records) else 0
        end as allowed
        from entity_rejects(p_load) as e
    loop
        if v_entity.rejected > v_entity.allowed then
            raise exception '% records of % were rejected, more than max_rejects allows (%)',
                v_entity.rejected, v_entity.entity, trunc(v_entity.allowed)
                using errcode = 'LD009', hint = v_hint;
        end if;
    end loop;
end
$$;
comment on function loader.assert_rejects(bigint) is
'Raises LD009 when a load has, or is certain to have, more rejects than max_rejects allows.';
