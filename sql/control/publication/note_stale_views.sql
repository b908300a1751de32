create or replace function loader.note_stale_views(p_load bigint, p_tables oid[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records which materialized views read tables that have come into use only through other views: these stay as they
    -- are until their owners refresh them. Writes event.
    select log_event(
        'view_stale', format('materialized view %s reads the tables through a view: refresh it', v.identity), p_load,
        p_level => 'warning'
    )
    from reading_views(p_tables) as v where v.kind = 'm' and not v.is_direct
$$;
comment on function loader.note_stale_views(bigint, oid[]) is
'Records which materialized views have to be refreshed, as tables were swapped.';
