create or replace function loader.count_entities(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Counts what a load has read of each entity, when all chunks are done and nothing is decided yet, and checks its
-- rejects against that. A chunk knows how many records it has, but not of which entity: if files contain several
-- entities, the rows of each are counted. Called by loader.assert_expected_rows and loader.remove_absent_after_chunks.
-- Raises LD009, LD012. Writes load_entity.
declare
    v_load load;
    v_root record;
    v_shared bigint[];
    v_read bigint;
    v_rows bigint;
begin
    perform assert_noted(p_load);
    select l.* into v_load from load as l where l.load_id = p_load;
    delete from load_entity as e where e.load_id = p_load;
    v_shared := array(
        select s.source_id from source as s where s.load_id = p_load and cardinality(s.entities) > 1
    );
    for v_root in
        select e.entity, e.table_name, d.build_schema, d.stage_schema, r.rejected
        from load_roots(p_load) as e
        join dataset as d on d.dataset = v_load.dataset
        join entity_rejects(p_load) as r on r.entity = e.entity
    loop
        select coalesce(sum(c.read), 0) into v_read
        from source as s join chunk as c on c.source_id = s.source_id
        where s.load_id = p_load and s.entities = array[v_root.entity];
        if exists (select 1 from source as s where s.source_id = any (v_shared) and v_root.entity = any (s.entities)) then
            execute format(
                'select coalesce(sum(octet_length(s.outcome)), 0) from chunk as c join %I.%I as s on s.chunk_id = c.chunk_id '
                'where c.source_id = any ($1)', v_root.stage_schema, v_root.table_name || '_key_log'
            )
            into v_rows using v_shared;
            v_read := v_read + v_rows + (
                select count(distinct (r.source_id, r.record)) from reject as r
                where r.load_id = p_load and r.source_id = any (v_shared) and r.entity = v_root.entity
            );
            if v_load.visibility = 'load' then
                execute format(
                    'select count(*) from %I.%I as b where b._source = any ($1)', v_root.build_schema, v_root.table_name
                )
                into v_rows using v_shared;
                v_read := v_read + v_rows;
            end if;
        end if;
        insert into load_entity (load_id, entity, read) values (p_load, v_root.entity, v_read);
    end loop;
    perform count_rejects(p_load);
    perform assert_rejects(p_load);
end
$$;
comment on function loader.count_entities(bigint) is
'Counts the records that a load has read of each entity, and checks its rejects against that.';
