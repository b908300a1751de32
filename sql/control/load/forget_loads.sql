create or replace function loader.forget_loads(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Deletes what the control tables record about the loads of a dataset. Raises 2BP01 if rows of other users' tables
-- refer to it. Writes all control tables but dataset.
declare
    v_noted text;
begin
    -- Before such rows are looked for: from here on, nobody can add a foreign key.
    lock table publication, dependent, conflict, reject, load_entity, chunk, source, load, event in row exclusive mode;
    select string_agg(n.line, E'\n') into v_noted from list_noted(p_dataset) as n (line);
    if v_noted is not null then
        raise exception 'rows of others refer to loads of %, and would be lost with them, or emptied', p_dataset
            using errcode = '2BP01', detail = v_noted,
                hint = 'drop the foreign keys that are listed (alter table … drop constraint …), or delete these rows';
    end if;
    delete from publication as p using load as l where l.load_id = p.load_id and l.dataset = p_dataset;
    delete from dependent as p using load as l where l.load_id = p.load_id and l.dataset = p_dataset;
    delete from conflict as c using load as l where l.load_id = c.load_id and l.dataset = p_dataset;
    delete from reject as r using load as l where l.load_id = r.load_id and l.dataset = p_dataset;
    delete from load_entity as e using load as l where l.load_id = e.load_id and l.dataset = p_dataset;
    delete from chunk as c using load as l where l.load_id = c.load_id and l.dataset = p_dataset;
    delete from source as s where s.dataset = p_dataset;
    delete from load as l where l.dataset = p_dataset;
    delete from event as e where e.dataset = p_dataset;
end
$$;
comment on function loader.forget_loads(text) is 'Deletes the loads of a dataset from the control tables.';
