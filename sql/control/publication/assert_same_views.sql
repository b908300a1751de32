create or replace function loader.assert_same_views(p_dataset text, p_gone oid[], p_come oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD008 with the materialized views in use (p_gone) whose queries or columns are not those of the versions that
-- a revert would bring back (p_come): users have created them again, or renamed columns, and would lose this. The
-- tables that come back are printed without their schema, and so are those in use.
declare
    v_other text;
begin
    select string_agg(format('materialized view %s', g.oid::regclass), E'\n' order by g.oid::regclass::text) into v_other
    from dataset as d
    cross join unnest(p_gone, p_come) as x (gone_oid, come_oid)
    join pg_class as g on g.oid = x.gone_oid and g.relkind = 'm'
    where d.dataset = p_dataset
        and view_query(x.gone_oid, format('%I, %I', d.target_schema, d.old_schema))
        <> view_query(x.come_oid, format('%I, %I', d.old_schema, d.target_schema));
    if v_other is not null then
        raise exception 'materialized views have other queries now than at the last publication'
            using errcode = 'LD008', detail = v_other, hint = 'drop what is listed, give the same command again, and '
                'then create it again';
    end if;
end
$$;
comment on function loader.assert_same_views(text, oid[], oid[]) is
'Raises LD008 with materialized views that users have created again since the last publication.';
