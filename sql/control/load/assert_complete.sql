create or replace function loader.assert_complete(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that a load may end: every source is planned, every chunk is done, there are not too many rejects, and at
-- least one record. Raises LD005, LD009, LD011.
declare
    v_settings jsonb;
    v_dataset text;
    v_bad text;
    v_replaces boolean;
    v_chosen boolean;
begin
    select l.settings, l.dataset, coalesce((l.options ->> 'chosen')::boolean, false)
    into v_settings, v_dataset, v_chosen
    from load as l where l.load_id = p_load;
    if not exists (select 1 from source as s where s.load_id = p_load) then
        raise exception 'load % cannot finish: it has no source', p_load
            using errcode = 'LD005', hint = format(
                'register what it loads (loader.register_source), or give it up: select loader.cancel_load(%s)', p_load
            );
    end if;
    select string_agg(
        -- Some errors of a file already begin with its name.
        case when starts_with(s.error, s.name) then s.error else format('%s: %s', s.name, coalesce(s.error, s.state)) end,
        '; ' order by s.name
    ) into v_bad
    from source as s where s.load_id = p_load and s.state in ('registered', 'planning', 'failed');
    if v_bad is not null then
        raise exception 'load % cannot finish: %', p_load, v_bad using errcode = 'LD005';
    end if;
    select string_agg(format('%s is damaged: %s', s.name, s.error), '; ' order by s.name) into v_bad
    from source as s where s.load_id = p_load and s.state = 'damaged';
    if v_bad is not null then
        v_replaces := exists (
            select 1 from load as l
            where l.load_id = p_load and l.mode = 'replace'
                and is_filled(l.dataset, array(select r.entity from load_roots(p_load) as r))
        );
        -- A replace that the loader chose itself must have the same result as a merge, which deletes nothing in this
        -- case.
        if v_settings ->> 'damaged' is distinct from 'accept' or v_replaces and v_chosen then
            raise exception '%', v_bad
                using errcode = 'LD011', hint = case
                    when v_bad like '%the file holds several documents%'
                        then 'all of them are read with documents: many in the mapping, or --set documents=many'
                    when v_replaces
                        then 'get the file again; a replace would lose the rows of what follows the damage, '
                            || '--merge --set damaged=accept keeps them'
                    else 'get the file again, or load the whole records that were found: --set damaged=accept'
                end;
        end if;
    end if;
    select string_agg(format('%s %s', c.count, c.state), ', ' order by c.state) into v_bad
    from (
        select o.state, count(*) as count from chunk as o
        where o.load_id = p_load and o.state <> 'done'
        group by o.state
    ) as c;
    if v_bad is not null then
        raise exception 'load % cannot finish: chunks %', p_load, v_bad
            using errcode = 'LD005',
                hint = format(
                    'loader.load_error shows why chunks are dead; fix the cause, then `loader requeue %s`', v_dataset
                );
    end if;
    select string_agg(format('%s (%s)', u.path, u.count), ', ' order by u.count desc, u.path) into v_bad
    from unmapped as u where u.load_id = p_load;
    if v_bad is not null and v_settings ->> 'unmapped' = 'fail' then
        raise exception 'the mapping does not read everything, and unmapped is fail: %', v_bad
            using errcode = 'LD005', hint = 'map these paths, or name them under ignore';
    end if;
    -- A file with nothing but its root element is a delta without changes; a file with other elements is not.
    if coalesce((select sum(s.records) from source as s where s.load_id = p_load), 0) = 0 and exists (
        select 1 from source as s where s.load_id = p_load and (s.other <> '{}' or s.state = 'damaged')
    ) then
        raise exception 'no record was found in %', (
            select string_agg(s.name, ', ') from source as s where s.load_id = p_load
        )
            using errcode = 'LD005', hint = 'is it the right mapping for these files?';
    end if;
    perform assert_rejects(p_load);
end
$$;
comment on function loader.assert_complete(bigint) is 'Raises an error that says why a load cannot finish yet.';
