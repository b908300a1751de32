create or replace function loader.report_index(p_dataset text, p_table text, p_index text, p_problem text)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Reports that an index of the mapping was left out of a build because it cannot hold some value of the table, or
    -- cannot be evaluated for it: the data matters more than how fast it is found. Called by build_<table>. Writes
    -- event.
    select log_event(
        'index_left_out',
        format('the index %s of the mapping is left out, as it cannot hold all of %s: %s', p_index, p_table, p_problem),
        (select l.load_id from load as l where l.dataset = p_dataset and l.state = 'open'), p_level => 'warning'
    )
$$;
comment on function loader.report_index(text, text, text, text) is
'Reports that an index of the mapping was left out because it cannot hold some value.';
