create or replace function loader.assert_carried(p_tables oid[], p_hint text, p_views oid[] default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD008 if something depends on tables that a publication cannot, or may not, carry over to their successors.
-- p_views: materialized views that have a successor; null: all that read the tables directly will get one.
declare
    v_bad text;
begin
    select string_agg(u.line, E'\n' order by u.line) into v_bad
    from (select list_uncarried(p_tables, p_views) union select list_forbidden(p_tables)) as u (line);
    if v_bad is not null then
        raise exception using
            message = 'the new tables cannot be published: '
                || 'something depends on the old ones that cannot be carried over',
            errcode = 'LD008', detail = v_bad, hint = p_hint;
    end if;
end
$$;
comment on function loader.assert_carried(oid[], text, oid[]) is
'Raises LD008 with the list of what a publication cannot carry over.';
