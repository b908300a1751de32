create or replace function loader.assert_states_free(p_dataset text)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD020 with what users have built on the functions that show former states of a dataset. Called when these
-- would get other columns, and therefore have to be dropped first.
declare
    v_built text;
begin
    select string_agg(distinct format('%s %s, on %s', i.type, i.identity, p.oid::regprocedure), E'\n')
    into v_built
    from owned_objects(p_dataset, p_dataset || '_history') as o
    join pg_proc as p on o.kind = 'routine' and p.oid = o.object_oid
    join pg_depend as d on d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
    left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    cross join lateral pg_identify_object(
        case when r.oid is null then d.classid else 'pg_class'::regclass end, coalesce(r.ev_class, d.objid), 0
    ) as i;
    if v_built is not null then
        raise exception 'the mapping of % has other columns now, and something uses the functions that show its '
            'former states', p_dataset
            using errcode = 'LD020', detail = v_built,
                hint = 'drop what is listed, and make it again after the load: the functions are then made anew';
    end if;
end
$$;
comment on function loader.assert_states_free(text) is
'Raises LD020 with what users have built on the functions that show former states.';
