create or replace function loader.assert_room(p_dataset text, p_names jsonb default null)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD020 before anything is written if the schemas of a dataset are those of another dataset, or if something
-- that the loader did not create has a name that the dataset's own objects need. p_names: the names that it needs, by
-- schema (null: those that it was registered with).
declare
    v_taken text;
    v_given text;
begin
    select string_agg(format('schema %I is that of the %s', s.schema_name, o.owner), E'\n' order by s.schema_name)
    into v_taken
    from dataset_schemas(p_dataset) as s
    join (
        select x.schema_name, 'dataset ' || d.dataset as owner
        from dataset as d cross join lateral dataset_schemas(d.dataset) as x where d.dataset <> p_dataset
        union all
        select 'loader', 'loader itself'
    ) as o using (schema_name);
    if v_taken is not null then
        raise exception 'the dataset % cannot have the schemas that it needs', p_dataset
            using errcode = 'LD020', detail = v_taken, hint = 'give it another name: the key dataset of its mapping';
    end if;
    select string_agg(x.name, E'\n') into v_taken
    from objects_in_the_way(
        p_dataset, coalesce(p_names, (select d.object_names from dataset as d where d.dataset = p_dataset))
    ) as x (name);
    if v_taken is not null then
        select string_agg(format('comment on table %I.%I is %L', o.schema_name, o.object_name, o.mark), '; ') into v_given
        from owned_object as o
        join dataset as d on d.dataset = o.dataset and d.target_schema = o.schema_name
        join pg_class as c on c.oid = to_regclass(format('%I.%I', o.schema_name, o.object_name)) and c.relkind in ('r', 'p')
        where o.dataset = p_dataset and o.kind = 'relation'
            and o.object_name not in (select x.object_name from owned_objects(p_dataset, d.target_schema) as x);
        raise exception 'something that the loader did not make is in the way of the dataset %', p_dataset
            using errcode = 'LD020', detail = v_taken,
                hint = format(
                    'rename what is listed, move it to another schema, or give the dataset another name in its mapping. '
                    'If the loader made it, and somebody dropped its comment: %sloader migrate %s --repair',
                    v_given || '; then ', p_dataset
                );
    end if;
end
$$;
comment on function loader.assert_room(text, jsonb) is
'Raises LD020 if an object that the loader did not make has a name that a dataset needs.';
