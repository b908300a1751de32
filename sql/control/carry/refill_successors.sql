create or replace function loader.refill_successors(p_old oid[], p_new oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Fills successors of materialized views again whose originals have been refreshed since (stale_successors): a view may
-- also read tables of users, and never shows an older state of these again. The successors have the owners and the
-- tables their grants already. Raises LD008 naming the view that cannot be filled. Writes owned_object.
declare
    v_view record;
begin
    for v_view in select * from stale_successors(p_old, p_new) loop
        perform note_filled(v_view.new_oid, v_view.version);
        begin
            execute format(
                'refresh materialized view %s%s', v_view.new_oid::regclass,
                case when not v_view.is_filled then ' with no data' else '' end
            );
        exception
            when data_exception or insufficient_privilege or unique_violation then
                raise exception 'the materialized view % does not fit the tables that come: %',
                    v_view.old_oid::regclass, sqlerrm
                    using errcode = 'LD008', hint = 'drop it, then give the same command again';
        end;
        execute format('analyze %s', v_view.new_oid::regclass);
    end loop;
end
$$;
comment on function loader.refill_successors(oid[], oid[]) is
'Fills the successors of materialized views again that have been refreshed since.';
