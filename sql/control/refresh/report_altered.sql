create or replace function loader.report_altered(p_load bigint, p_table text, p_rows bigint, p_who text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD029 if p_rows is not 0: so many rows of a table are missing, still there, or surplus, after a load has
-- written what it decided. p_who: triggers and rules that may have caused this.
begin
    if p_rows > 0 then
        raise exception '% rows of % are not as load % has written them, because of: %', p_rows, p_table, p_load, p_who
            using errcode = 'LD029',
                hint = 'disable it while the load ends (alter table … disable trigger …), and the same command continues; '
                    'records that are not to be loaded can be left out with `where` in the mapping';
    end if;
end
$$;
comment on function loader.report_altered(bigint, text, bigint, text) is
'Raises LD029 if rows are not as a load has written them.';
