create or replace function loader.known_keys(p_dataset text)
returns table (entity text, source text, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- How many of the records that the last `loader conflicts` has read have a key that is already in the tables, with the
-- same or another record. Entities that are not loaded are left out. Raises LD013.
declare
    v_dataset dataset;
    v_root record;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    for v_root in
        select t.entity, t.table_name from dataset_table as t
        where t.dataset = p_dataset and t.is_root
            and to_regclass(format('%I.%I', v_dataset.target_schema, t.table_name)) is not null
        order by t.position
    loop
        return query execute format(
            'select $1, s.name, o.new, o.same, o.differing
            from %I.%I() as o join %I._key_source as s on s.source = o.source order by s.source',
            v_dataset.stage_schema, 'known_keys_' || v_root.table_name, v_dataset.stage_schema
        ) using v_root.entity;
    end loop;
end
$$;
comment on function loader.known_keys(text) is
'How many of the records that the last `loader conflicts` has read are in the tables: new, same, differing.';
