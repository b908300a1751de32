create or replace function loader.limit_deletions(p_load bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Finds the rows of an entity that a full snapshot lacks, counts them, and keeps those to which other tables refer.
-- Rows about which sources contradict each other are counted with them, but max_rejects has limited these.
-- Raises LD017, LD031. Writes <root>_decision, source, load_entity, event.
declare
    v_dataset dataset;
    v_root text;
    v_gone bigint;
    v_contradicted bigint;
begin
    select d.* into v_dataset from load as l join dataset as d using (dataset) where l.load_id = p_load;
    select t.table_name into v_root from dataset_table as t
    where t.dataset = v_dataset.dataset and t.entity = p_entity and t.is_root;
    execute format('call %I.%I($1)', v_dataset.stage_schema, 'pick_absent_' || v_root) using p_load;
    perform keep_referenced(p_load, p_entity);
    execute format(
        'select count(*) filter (where v._outcome = ''g''), '
        'count(*) filter (where v._outcome = ''x'' and v._hash is distinct from removed_hash()) from %I.%I as v',
        v_dataset.stage_schema, v_root || '_decision'
    )
    into v_gone, v_contradicted;
    if v_gone > 0 then
        perform assert_not_all_rejected(p_load, p_entity);
    end if;
    perform assert_deletions(p_load, p_entity, v_gone);
    perform count_kept(p_load, p_entity);
    perform count_deletions(p_load, p_entity, v_gone + v_contradicted);
end
$$;
comment on function loader.limit_deletions(bigint, text) is
'Finds the rows that a full snapshot lacks, and keeps those to which other tables refer.';
