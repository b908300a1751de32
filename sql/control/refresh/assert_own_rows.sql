create or replace function loader.assert_own_rows(p_load bigint, p_table text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD034 if rows in the root table p_table have sources of this merge, which has not written them: they were
-- restored, or copied, without the schema loader. Rows of unknown sources are allowed: every dump wins over them.
-- Called when the load has decided about its keys, or, with visibility chunk, when all chunks are done; it checks the
-- rows of these keys.
declare
    v_dataset dataset;
    v_sources bigint[] := array(select s.source_id from source as s where s.load_id = p_load order by 1);
    v_visibility text;
    v_count bigint;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    select l.visibility into v_visibility from load as l where l.load_id = p_load;
    if v_visibility = 'chunk' then
        execute format('select %I.%I($1)', v_dataset.stage_schema, 'strangers_' || p_table) into v_count using p_load;
    else
        execute format(
            'select count(*) from %I.%I as v where v._old_source = any ($1)', v_dataset.stage_schema, p_table || '_decision'
        )
        into v_count using v_sources;
    end if;
    if v_count > 0 then
        raise exception 'rows of % carry numbers of sources that have not been loaded: they were restored from elsewhere',
            v_dataset.dataset
            using errcode = 'LD034', detail = format('%I.%I: %s rows', v_dataset.target_schema, p_table, v_count),
                hint = format(
                    'update %I.%I set _source = 0, _hash = loader.unknown_hash() where _source >= %s; '
                    'then load the same files again', v_dataset.target_schema, p_table, v_sources[1]
                );
    end if;
end
$$;
comment on function loader.assert_own_rows(bigint, text) is
'Raises LD034 when rows carry numbers of sources that have not been loaded.';
