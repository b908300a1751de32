create or replace function loader.correct_merge(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Finishes a merge: with visibility chunk, corrects the counts of keys that occurred more than once; creates the
-- dataset's foreign keys again; and gathers statistics of tables into which this load has written as many records as
-- autovacuum would analyze for. Raises LD015. Writes chunk, load_entity.
declare
    v_dataset dataset;
    v_root text;
    v_first bigint;
    v_table text;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select min(s.source_id) into v_first from source as s where s.load_id = p_load;
    for v_root in
        select e.table_name from load as l cross join load_roots(p_load) as e
        where l.load_id = p_load and l.visibility = 'chunk'
    loop
        execute format('call %I.%I($1, $2)', v_dataset.stage_schema, 'correct_' || v_root) using p_load, v_first;
    end loop;
    perform note_recorded('{seen}', array[p_load]);
    if exists (select 1 from load as l where l.load_id = p_load and l.settings ->> 'foreign_keys' = 'enforce') then
        perform assert_references(v_dataset.dataset, v_dataset.target_schema);
    end if;
    perform add_own_foreign_keys(p_load, v_dataset.target_schema);
    perform validate_own_foreign_keys(p_load);
    for v_table in
        select t.table_name
        from load_roots(p_load) as e
        join pg_class as r on r.oid = to_regclass(format('%I.%I', v_dataset.target_schema, e.table_name))
        join dataset_table as t on t.dataset = v_dataset.dataset and t.entity = e.entity
        where (
            select coalesce(sum(c.inserted + c.updated), 0)
            from source as s join chunk as c on c.source_id = s.source_id
            where s.load_id = p_load and e.entity = any (s.entities)
        ) > current_setting('autovacuum_analyze_threshold')::integer
            + current_setting('autovacuum_analyze_scale_factor')::float8 * greatest(r.reltuples, 0)
    loop
        perform gather_statistics(format('%I.%I', v_dataset.target_schema, v_table)::regclass);
    end loop;
end
$$;
comment on function loader.correct_merge(bigint) is 'Finishes a merge: final counts, foreign keys, statistics.';
