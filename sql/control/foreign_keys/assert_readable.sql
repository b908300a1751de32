create or replace function loader.assert_readable(p_tables oid[])
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD036 if foreign keys refer to these tables from others of which the current role may not, or should not, read
-- all rows: a merge keeps the rows to which they refer.
declare
    v_bad text;
begin
    select string_agg(l.line, E'\n' order by l.line) into v_bad from list_unreadable(p_tables) as l (line);
    if v_bad is not null then
        raise exception 'the role % may not read the tables whose foreign keys refer to those of the dataset', current_user
            using errcode = 'LD036', detail = v_bad, hint = 'a merge keeps rows that others refer to: do what is listed';
    end if;
end
$$;
comment on function loader.assert_readable(oid[]) is
'Raises LD036 if foreign keys refer to tables from others that the current role may not, or should not, read.';
