create or replace function loader.refill_successors(p_old oid[], p_new oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Fills successors of materialized views again whose originals have been refreshed since (loader.note_filled): a view
-- may also read tables of users, and never shows an older state of these again. The successors have the owners and the
-- tables their grants already. Raises LD008 naming the view that cannot be filled. Writes owned_object.
declare
    v_view record;
begin
    for v_view in
        select o.oid as old_oid, n.oid as new_oid, o.relispopulated as is_filled, o.xmin::text as version
        from unnest(p_old, p_new) as x (old_oid, new_oid)
        join pg_class as o on o.oid = x.old_oid and o.relkind = 'm'
        join pg_class as n on n.oid = x.new_oid
        join made_as(p_new) as m on m.table_oid = n.oid
        where m.made ->> 'version' <> o.xmin::text
    loop
        perform note_filled(v_view.new_oid, v_view.version);
        begin
            execute format(
                'refresh materialized view %s%s', v_view.new_oid::regclass,
                case when not v_view.is_filled then ' with no data' else '' end
            );
        exception
            when data_exception or insufficient_privilege or unique_violation then
                raise exception 'the materialized view % does not fit the new tables: %',
                    v_view.old_oid::regclass, sqlerrm
                    using errcode = 'LD008', hint = 'drop it, then finish the load again';
        end;
        execute format('analyze %s', v_view.new_oid::regclass);
    end loop;
end
$$;
comment on function loader.refill_successors(oid[], oid[]) is
'Fills the successors of materialized views again that have been refreshed since.';
