create or replace function loader.is_distributed(p_table oid)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- Whether somebody has given a table to Citus: distributed it, or made it a reference table.
declare
    v_found boolean := false;
begin
    if to_regclass('pg_catalog.pg_dist_partition') is not null then
        execute 'select exists (select 1 from pg_catalog.pg_dist_partition as d where d.logicalrelid = $1)'
        into v_found using p_table::regclass;
    end if;
    return v_found;
end
$$;
comment on function loader.is_distributed(oid) is 'Whether somebody has given a table to Citus.';
