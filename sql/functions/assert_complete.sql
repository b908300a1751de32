create or replace function loader.assert_complete(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether a load may end: every source planned, every chunk done, not too many rejects, at least one record.
-- Raises LD005, LD009, LD011.
declare
    v_settings jsonb;
    v_dataset text;
    v_bad text;
    v_read bigint;
    v_rejected bigint;
    v_limit numeric;
begin
    select d.settings || l.options, l.dataset into v_settings, v_dataset
    from load as l join dataset as d using (dataset) where l.load_id = p_load;
    select string_agg(format('%s: %s', s.name, coalesce(s.error, s.state)), '; ' order by s.name) into v_bad
    from source as s where s.load_id = p_load and s.state in ('registered', 'planning', 'failed');
    if v_bad is not null then
        raise exception 'load % cannot end: %', p_load, v_bad using errcode = 'LD005';
    end if;
    select string_agg(format('%s is damaged: %s', s.name, s.error), '; ' order by s.name) into v_bad
    from source as s where s.load_id = p_load and s.state = 'damaged';
    if v_bad is not null and v_settings ->> 'damaged' is distinct from 'accept' then
        raise exception '%', v_bad
            using errcode = 'LD011',
                hint = 'get the file again, or accept what precedes the damage: --set damaged=accept';
    end if;
    select string_agg(format('%s %s', c.count, c.state), ', ' order by c.state) into v_bad
    from (
        select o.state, count(*) as count from chunk as o
        where o.load_id = p_load and o.state <> 'done'
        group by o.state
    ) as c;
    if v_bad is not null then
        raise exception 'load % cannot end: chunks %', p_load, v_bad
            using errcode = 'LD005', detail = coalesce((
                select string_agg(distinct c.error, E'\n') from chunk as c
                where c.load_id = p_load and c.state in ('dead', 'ready')
            ), ''), hint = 'dead chunks: mend the cause, then select loader.requeue_chunk(chunk_id)';
    end if;
    select string_agg(format('%s (%s)', u.path, u.count), ', ' order by u.count desc, u.path) into v_bad
    from unmapped as u where u.load_id = p_load;
    if v_bad is not null and v_settings ->> 'unmapped' = 'fail' then
        raise exception 'the mapping does not read everything, and unmapped is fail: %', v_bad
            using errcode = 'LD005', hint = 'map these paths, or name them under ignore';
    end if;
    select coalesce(sum(c.read), 0), coalesce(sum(c.rejected), 0) into v_read, v_rejected
    from chunk as c where c.load_id = p_load;
    if coalesce((select sum(s.records) from source as s where s.load_id = p_load), 0) = 0 then
        raise exception 'no record was found in %', (
            select string_agg(s.name, ', ') from source as s where s.load_id = p_load
        )
            using errcode = 'LD005', hint = 'is it the right mapping for these files?';
    end if;
    v_limit := case
        when v_settings #>> '{max_rejects,count}' is not null then (v_settings #>> '{max_rejects,count}')::numeric
        when v_read >= 1000 then (v_settings #>> '{max_rejects,share}')::numeric * v_read
    end;
    if v_rejected > v_limit then
        raise exception '% of % records were rejected, more than max_rejects allows (%)',
            v_rejected, v_read, trunc(v_limit)
            using errcode = 'LD009',
                hint = format('loader rejects list %s shows them; mend the cause, or raise max_rejects', v_dataset);
    end if;
end
$$;
comment on function loader.assert_complete(bigint) is 'Raises an error that says why a load may not end yet.';
