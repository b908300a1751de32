create or replace function loader.is_distributed(p_table oid)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- Whether a user has made a table distributed, or a reference table, with Citus.
declare
    v_distributed regclass := to_regclass('pg_catalog.pg_dist_partition');
    v_found boolean := false;
begin
    if v_distributed is not null then
        execute format('select exists (select 1 from %s as d where d.logicalrelid = $1)', v_distributed)
        into v_found using p_table::regclass;
    end if;
    return v_found;
end
$$;
comment on function loader.is_distributed(oid) is 'Whether a user has distributed a table with Citus.';
