create or replace function loader.assert_rejects(p_load bigint)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Whether a load has, or is certain to have at its end, more rejects than max_rejects allows, by number or by share.
-- A share is certain once all sources are planned; it counts from 1,000 records on. Reads chunk. Raises LD009.
declare
    v_settings jsonb;
    v_dataset text;
    v_read bigint;
    v_rejected bigint;
    v_records bigint;
    v_count numeric;
    v_share numeric;
begin
    select (d.settings || l.options) -> 'max_rejects', l.dataset into v_settings, v_dataset
    from load as l join dataset as d using (dataset) where l.load_id = p_load;
    select
        coalesce(sum(c.read), 0), coalesce(sum(c.rejected), 0), coalesce(sum(c.records - c.filtered), 0)
    into v_read, v_rejected, v_records
    from chunk as c where c.load_id = p_load;
    v_count := (v_settings ->> 'count')::numeric;
    if v_read >= 1000 and not exists (
        select 1 from source as s where s.load_id = p_load and s.state in ('registered', 'planning')
    ) then
        v_share := (v_settings ->> 'share')::numeric * v_records;
    end if;
    if v_rejected > least(v_count, v_share) then
        raise exception '% of % records were rejected, more than max_rejects allows (%)',
            v_rejected, v_read, trunc(least(v_count, v_share))
            using errcode = 'LD009',
                hint = format('loader rejects list %s shows them; mend the cause, or raise max_rejects', v_dataset);
    end if;
end
$$;
comment on function loader.assert_rejects(bigint) is
'Raises LD009 when a load has, or is certain to have, more rejects than max_rejects allows.';
