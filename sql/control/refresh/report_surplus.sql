create or replace function loader.report_surplus(p_load bigint, p_table text, p_rows integer)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Reports child rows that their changed records no longer have, but that stay because foreign keys of other tables
    -- refer to them. Writes event.
    select log_event(
        'rows_kept',
        format(
            '%s rows of %s that their records no longer have stay, because foreign keys of other tables refer to them',
            p_rows, p_table
        ),
        p_load, p_level => 'warning'
    )
    where p_rows > 0
$$;
comment on function loader.report_surplus(bigint, text, integer) is
'Reports child rows that stay, although their changed record no longer has them, because other tables refer to them.';
