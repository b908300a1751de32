create or replace function loader.assert_not_all_rejected(p_load bigint, p_entity text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD031 if a load has rejected all records that it read of an entity: then nothing is known about the rows in
-- the tables, so none of them is deleted.
declare
    v_dataset text;
    v_rejected bigint;
begin
    select l.dataset, e.rejected into v_dataset, v_rejected
    from load_entity as e join load as l on l.load_id = e.load_id
    where e.load_id = p_load and e.entity = p_entity and e.rejected = e.read and e.rejected > 0;
    if found then
        raise exception 'every record of % was rejected (%), so the rows in the tables stay',
            p_entity, v_rejected
            using errcode = 'LD031',
                hint = format('`loader rejects list %s` shows why; correct the mapping or the file', v_dataset);
    end if;
end
$$;
comment on function loader.assert_not_all_rejected(bigint, text) is
'Raises LD031 if a load has rejected all records of an entity.';
