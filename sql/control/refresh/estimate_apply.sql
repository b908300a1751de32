create or replace function loader.estimate_apply(p_load bigint, out disk bigint, out wal bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Estimates how many bytes it takes to apply a merge with its present build. The estimate is somewhat high, because
-- everything in the build counts as new; but deletions are not known yet. Both null: there is nothing to apply at the
-- end. wal: rows with their indexes, previous versions if history is kept, and images of the touched pages: one for
-- each row and index entry, at most all pages of the tables. disk: the same rows in the tables, and the WAL that the
-- server keeps at a time.
declare
    c_row_bytes constant integer := 100;  -- the tables of Discogs have 70 to 150 a row
    c_index_ratio constant numeric := 2;  -- a table with its indexes for the table: 1.3 to 2 in those of Discogs
    c_history_ratio constant numeric := 2;  -- jsonb beside the columns, measured
    v_load load;
    v_table record;
    v_images bigint := 0;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    if not found or v_load.mode <> 'merge' or v_load.visibility <> 'load' or v_load.state <> 'open' then
        return;
    end if;
    disk := 0;
    for v_table in
        select
            coalesce(pg_relation_size(to_regclass(format('%I.%I', d.build_schema, t.table_name))), 0) as built,
            coalesce(pg_relation_size(to_regclass(format('%I.%I', d.target_schema, t.table_name))), 0) as heap,
            coalesce(pg_total_relation_size(to_regclass(format('%I.%I', d.target_schema, t.table_name))), 0) as total,
            (
                select count(*) from pg_index as i
                where i.indrelid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
            ) as indexes,
            coalesce(v_load.settings ->> 'history' = 'on', false) as keeps
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset
        join load_roots(p_load) as e on e.entity = t.entity
        where d.dataset = v_load.dataset
    loop
        disk := disk + v_table.built * (
            case
                when v_table.heap > 100 * current_setting('block_size')::bigint then v_table.total::numeric / v_table.heap
                else c_index_ratio  -- the first pages of indexes say nothing
            end
            + case when v_table.keeps then c_history_ratio else 0 end
        );
        v_images := v_images + least(
            v_table.total,
            v_table.built / c_row_bytes * (1 + v_table.indexes) * current_setting('block_size')::bigint
        );
    end loop;
    wal := disk + case when current_setting('full_page_writes')::boolean then v_images else 0 end;
    disk := disk + least(wal, pg_size_bytes(current_setting('max_wal_size')));
end
$$;
comment on function loader.estimate_apply(bigint) is
'Estimate of the bytes of disk and of WAL that it takes to apply a merge.';
