create or replace procedure loader.revert(p_dataset text)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Brings back the version before the last publication, at once; the version in use goes to the old schema.
-- Calling it again undoes it. Raises LD003 (a load is open), LD007, LD010 (nothing to go back to, or a later load
-- has written). Writes publication, dataset, event, the schemas.
declare
    v_dataset dataset;
    v_load load;
    v_back boolean;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    if exists (select 1 from load as l where l.dataset = p_dataset and l.state in ('open', 'built')) then
        raise exception 'a load of % is open', p_dataset using errcode = 'LD003';
    end if;
    select l.* into v_load from load as l
    where l.dataset = p_dataset and l.state = 'done' order by l.finished_at desc, l.load_id desc limit 1;
    if not found or v_load.mode <> 'replace' then
        raise exception 'there is nothing to go back to: the last load of % was no replace', p_dataset
            using errcode = 'LD010';
    end if;
    if not exists (select 1 from publication as p where p.load_id = v_load.load_id)
        or exists (select 1 from publication as p where p.load_id = v_load.load_id and (
            p.old_oid is null or not exists (select 1 from pg_class as c where c.oid = p.old_oid))) then
        raise exception 'there is nothing to go back to: the version before load % is not kept', v_load.load_id
            using errcode = 'LD010';
    end if;
    select bool_and(p.reverted_at is null) into v_back from publication as p where p.load_id = v_load.load_id;
    perform swap_relations(
        v_load.load_id, v_dataset.old_schema, v_dataset.old_schema, v_back, clock_timestamp() + interval '1 minute'
    );
    update publication as p set reverted_at = case when v_back then clock() end where p.load_id = v_load.load_id;
    update dataset as d
    set loaded_hash = case when v_back then v_load.options ->> 'previous_hash' else v_load.mapping_hash end
    where d.dataset = p_dataset;
    perform log_event(
        'reverted', format(case when v_back then 'load %s was taken back' else 'load %s is in force again' end, v_load.load_id),
        v_load.load_id
    );
end
$$;
comment on procedure loader.revert(text) is 'Brings back the version before the last publication, at once.';
