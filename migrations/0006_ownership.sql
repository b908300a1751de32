-- What the loader has made is known by a record, and by a mark on each object.

alter table loader.dataset add column object_names jsonb not null default '{}';
comment on column loader.dataset.object_names is
'Names that its rendered script needs: {"target": [name, …], "stage": …, "build": …, "history": …}.';

create table loader.owned_object (
    schema_name text not null,
    kind text not null check (kind in ('schema', 'relation', 'routine')),
    object_name text not null,
    dataset text,
    mark text not null,
    made jsonb not null default '{}',
    primary key (schema_name, kind, object_name)
);
comment on table loader.owned_object is
'What the loader has made, by name; loader.owned_objects tells which of it still stands there.';
comment on column loader.owned_object.schema_name is 'Schema that holds the object, or that is it.';
comment on column loader.owned_object.kind is
'schema; relation: a table, view, sequence or type; routine: a function or procedure.';
comment on column loader.owned_object.object_name is
'Name of the object, of a routine with the types of its parameters; of a schema its own.';
comment on column loader.owned_object.dataset is 'Dataset that it was made for; null: the control schema itself.';
comment on column loader.owned_object.mark is
'Comment that the loader has put on the object, or on its primary key. While it is there, the object is the loader''s.';
comment on column loader.owned_object.made is
'How the loader made a table (loader.describe_table): what differs from that is a user''s doing.';

-- What an older program has made is recorded where its names, its comments and the mapping prove that. All else that
-- stands in the companion schemas is named, and left alone from now on. Tables get their mark: nothing else is changed.
do $$
declare
    v_item record;
    v_mark text;
begin
    create temporary table proved on commit drop as
    with place as (
        select d.dataset, s.place, s.name as schema_name, n.oid as schema_oid, n.nspowner as owner_oid,
            obj_description(n.oid, 'pg_namespace') as mark
        from loader.dataset as d
        cross join lateral (
            values
            ('target', d.target_schema, null),
            ('stage', d.stage_schema, 'Staging tables and procedures of %s, rendered from its mapping.'),
            ('build', d.build_schema, 'The next version of %s while a replace runs.'),
            ('old', d.old_schema, 'The version of %s before the last publication; loader.revert brings it back.'),
            ('history', d.dataset || '_history', 'What loads of %s changed, and what was there before.')
        ) as s (place, name, comment)
        join pg_namespace as n on n.nspname = s.name
        where s.comment is null or obj_description(n.oid, 'pg_namespace') = format(s.comment, d.dataset)
    ), made as (
        -- Tables of every mapping that the dataset ever had; is_loaded: of that under which the target was loaded.
        select v.dataset, t.item ->> 'name' as name, t.item -> 'parent' = 'null' as is_root,
            v.mapping_hash = d.loaded_hash as is_loaded,
            array(select k ->> 'name' from jsonb_array_elements(t.item -> 'key') as k)
            || array(select jsonb_array_elements_text(t.item -> 'ordinals')) as key,
            array(select c ->> 'name' from jsonb_array_elements(t.item -> 'columns') as c) as columns
        from loader.mapping_version as v
        join loader.dataset as d on d.dataset = v.dataset
        cross join lateral jsonb_array_elements(v.mapping -> 'tables') as t (item)
    ), relation as (
        select p.dataset, p.place, p.schema_name, p.schema_oid, c.oid, c.relname::text as name, c.relkind,
            k.conname, k.columns as key, obj_description(c.oid, 'pg_class') as comment
        from place as p
        join pg_class as c on c.relnamespace = p.schema_oid and c.relkind in ('r', 'p', 'v', 'm')
        left join lateral (
            select k.conname, array(
                select a.attname::text from unnest(k.conkey) with ordinality as x (number, place)
                join pg_attribute as a on a.attrelid = c.oid and a.attnum = x.number order by x.place
            ) as columns
            from pg_constraint as k where k.conrelid = c.oid and k.contype = 'p'
        ) as k on true
    )
    select distinct on (f.schema_name, f.kind, f.name) f.* from (
        select p.dataset, p.place, p.schema_name, 'schema' as kind, p.schema_name as name, p.schema_oid as oid,
            null::"char" as relkind, null::name as conname, p.mark, null::text[] as columns
        from place as p
        where p.place <> 'target' or exists (
            select 1 from relation as r join made as m on m.dataset = r.dataset and m.name = r.name
            where r.schema_oid = p.schema_oid
        ) and (
            -- A first replace has made it without a comment.
            p.mark is not null or not exists (
                select 1 from pg_depend as x
                where x.refclassid = 'pg_namespace'::regclass and x.refobjid = p.schema_oid and x.objid not in (
                    select r.oid from relation as r join made as m on m.dataset = r.dataset and m.name = r.name
                )
            )
        )
        union all
        select r.dataset, r.place, r.schema_name, 'relation', r.name, r.oid, r.relkind, r.conname, r.comment,
            m.key || m.columns || array['_source', '_record', '_hash', '_gone_since']
        from relation as r
        join made as m on m.dataset = r.dataset and (
            r.place = 'target' and r.name = m.name and m.is_loaded and r.relkind = 'r' and r.key = m.key and (
                not m.is_root or 3 = (
                    select count(*) from pg_attribute as a
                    where a.attrelid = r.oid and a.attname in ('_source', '_record', '_hash') and not a.attisdropped
                )
            )
            or r.place in ('build', 'old') and r.name = m.name and r.relkind = 'r'
            or r.place in ('build', 'old') and r.name ~ '^_mv_\d+$' and r.relkind = 'm'
            or r.place = 'build' and r.name = '_canary' and r.comment is not null
            or r.place = 'history' and r.comment is not null and (
                r.name = 'changes' or m.is_root and r.name in (m.name || '_change', m.name || '_version')
            )
            or r.place = 'stage' and r.comment is not null and (
                r.name = '_key_source'
                or left(r.name, length(m.name)) = m.name
                and substr(r.name, length(m.name) + 1) ~ '^(_text)?(_s\d{1,3})?$'
                or m.is_root and r.name in (
                    select m.name || x from unnest(array[
                        '_seen', '_before', '_verdict', '_touched', '_share', '_composed', '_key', '_key_text'
                    ]) as x
                )
            )
        )
        union all
        select p.dataset, p.place, p.schema_name, 'routine',
            f.proname || '(' || oidvectortypes(f.proargtypes) || ')', f.oid,
            null, null, obj_description(f.oid, 'pg_proc'), null
        from place as p
        join pg_proc as f on f.pronamespace = p.schema_oid and obj_description(f.oid, 'pg_proc') is not null
        join made as m on m.dataset = p.dataset
        where p.place = 'stage' and (
            f.proname in ('create_target', 'create_build', 'create_history')
            or right(f.proname, length(m.name) + 1) = '_' || m.name
        )
        or p.place = 'history' and f.proname = m.name || '_as_of'
    ) as f
    order by f.schema_name, f.kind, f.name;
    for v_item in
        select p.* from proved as p
        where p.kind = 'relation' and (p.place = 'target' or p.place in ('build', 'old') and p.name <> '_canary')
    loop
        v_mark := format('Table of the dataset %s, made by the loader.', v_item.dataset);
        if v_item.relkind = 'm' then
            v_mark := format('A version of a materialized view, kept by the loader for %s.', v_item.dataset);
            execute format('comment on materialized view %s is %L', v_item.oid::regclass, v_mark);
        elsif v_item.conname is null then
            execute format('comment on table %s is %L', v_item.oid::regclass, v_mark);
        else
            execute format('comment on constraint %I on %s is %L', v_item.conname, v_item.oid::regclass, v_mark);
        end if;
        update proved as p set mark = v_mark where p.oid = v_item.oid;
    end loop;
    for v_item in select p.* from proved as p where p.kind = 'schema' and p.mark is null loop
        v_mark := format('Tables of %s.', v_item.dataset);
        execute format('comment on schema %I is %L', v_item.schema_name, v_mark);
        update proved as p set mark = v_mark where p.oid = v_item.oid;
    end loop;
    insert into loader.owned_object (schema_name, kind, object_name, dataset, mark, made)
    select p.schema_name, p.kind, p.name, p.dataset, p.mark, case
        when p.kind = 'relation' and p.place in ('target', 'build', 'old') and p.relkind = 'r'
            and p.name <> '_canary' then jsonb_build_object(
            'columns', (
                select jsonb_object_agg(a.attname, jsonb_build_object(
                    'type', format_type(a.atttypid, a.atttypmod), 'collation', a.attcollation::regcollation,
                    'not_null', a.attnotnull
                ))
                from pg_attribute as a
                where a.attrelid = p.oid and a.attnum > 0 and not a.attisdropped
                    and (a.attname = any (p.columns) or a.attname = '_rec' and p.place = 'build')
            ),
            'indexes', (
                select coalesce(jsonb_object_agg(c.relname, null::text), '{}')
                from pg_index as i join pg_class as c on c.oid = i.indexrelid
                where i.indrelid = p.oid
                    and (i.indisprimary or obj_description(c.oid, 'pg_class') like 'Made by the mapping.%')
            )
        )
        else '{}'
    end
    from proved as p where p.mark is not null;
    for v_item in
        select d.dataset, i.type || ' ' || i.identity as name
        from loader.dataset as d
        cross join unnest(array[d.stage_schema, d.build_schema, d.old_schema, d.dataset || '_history']) as s (name)
        join pg_namespace as n on n.nspname = s.name
        join pg_depend as x on x.refclassid = 'pg_namespace'::regclass and x.refobjid = n.oid
        cross join lateral pg_identify_object(x.classid, x.objid, 0) as i
        where x.objid not in (select p.oid from proved as p) and x.classid <> 'pg_default_acl'::regclass
        order by 2
    loop
        raise warning 'left alone, as the loader did not make it: %', v_item.name;
        insert into loader.event (level, kind, dataset, message)
        values ('warning', 'left_alone', v_item.dataset, format('the loader did not make the %s', v_item.name));
    end loop;
    drop table proved;
end
$$;
