-- Under which mapping the rows of an entity were made is known of each entity; it used to be of the dataset, for which
-- any replace counted, also one without a file of the entity. Digests of entities are made as the program makes them,
-- of JSON with sorted keys and without blanks.
create function pg_temp.canonical(p_value jsonb) returns text language plpgsql immutable as $$
begin
    return case jsonb_typeof(p_value)
        when 'object' then '{' || coalesce((
            select string_agg(to_json(e.key)::text || ':' || pg_temp.canonical(e.value), ',' order by e.key collate "C")
            from jsonb_each(p_value) as e
        ), '') || '}'
        when 'array' then '[' || coalesce((
            select string_agg(pg_temp.canonical(e.value), ',' order by e.place)
            from jsonb_array_elements(p_value) with ordinality as e (value, place)
        ), '') || ']'
        else p_value::text
    end;
end
$$;
create function pg_temp.part_of(p_mapping jsonb, p_entity text) returns jsonb language sql immutable as $$
    with tables as materialized (
        select t.item, t.place from jsonb_array_elements(p_mapping -> 'tables') with ordinality as t (item, place)
        where t.item ->> 'entity' = p_entity
    ), corrected as (
        select jsonb_agg(c.item order by c.place) as items
        from jsonb_array_elements(p_mapping -> 'read wrongly by earlier versions') with ordinality as c (item, place)
        where split_part(c.item #>> '{}', '.', 1) in (select t.item ->> 'name' from tables as t)
    )
    select jsonb_build_object(
        'entities', (
            select jsonb_agg(e.item) from jsonb_array_elements(p_mapping -> 'entities') as e (item)
            where e.item ->> 'name' = p_entity
        ),
        'tables', coalesce((select jsonb_agg(t.item order by t.place) from tables as t), '[]'),
        'foreign_keys', coalesce((
            select jsonb_agg(k.item order by k.place)
            from jsonb_array_elements(p_mapping -> 'foreign_keys') with ordinality as k (item, place)
            where k.item ->> 'table' in (select t.item ->> 'name' from tables as t)
        ), '[]')
    ) || case
        when c.items is null then '{}' else jsonb_build_object('read wrongly by earlier versions', c.items)
    end
    from corrected as c
$$;

alter table loader.mapping_version add column digests jsonb not null default '{}';
comment on column loader.mapping_version.digests is
'{"entity": digest, …}: in two mappings, an entity has the same digest if both give the same rows of it.';
update loader.mapping_version as v set digests = d.digests
from (
    select
        m.mapping_hash,
        jsonb_object_agg(
            e.item ->> 'name',
            encode(
                sha256(convert_to(pg_temp.canonical(pg_temp.part_of(m.mapping, e.item ->> 'name')), 'UTF8')), 'hex'
            )
        ) as digests
    from loader.mapping_version as m
    cross join jsonb_array_elements(m.mapping -> 'entities') as e (item)
    group by m.mapping_hash
) as d
where d.mapping_hash = v.mapping_hash;

create table loader.loaded_entity (
    dataset text not null references loader.dataset on delete cascade,
    entity text not null,
    mapping_hash text,
    hashed_by_mapping boolean not null default false,
    primary key (dataset, entity)
);
comment on table loader.loaded_entity is 'Under which mapping the rows of each entity were made.';
comment on column loader.loaded_entity.dataset is 'The dataset.';
comment on column loader.loaded_entity.entity is 'The entity.';
comment on column loader.loaded_entity.mapping_hash is
'Mapping of the last replace, or of the load that created the tables; null: only a replace can go on from these rows.';
comment on column loader.loaded_entity.hashed_by_mapping is
'Whether _hash depends on the whole mapping, as in version 0.2.0, until a replace makes the rows again.';

-- The rows of an entity are those of the last replace that had a file of it, and of merges since; the mapping that was
-- loaded last is that of other entities.
insert into loader.loaded_entity (dataset, entity, mapping_hash, hashed_by_mapping)
select
    d.dataset,
    e.entity,
    case
        when d.loaded_hash is not null then coalesce((
            select l.mapping_hash from loader.load as l
            where
                l.dataset = d.dataset and l.mode = 'replace' and l.state = 'done'
                and exists (
                    select 1 from loader.source as s
                    where s.load_id = l.load_id and e.entity = any(s.entities)
                )
                and not exists (
                    select 1 from loader.publication as p
                    where p.load_id = l.load_id and p.reverted_at is not null
                )
            order by l.load_id desc
            limit 1
        ), d.loaded_hash)
    end,
    true
from loader.dataset as d
left join loader.mapping_version as v on v.mapping_hash = d.loaded_hash
cross join lateral (
    select x.item ->> 'name' as entity from jsonb_array_elements(v.mapping -> 'entities') as x (item)
    union
    select t.entity from loader.dataset_table as t
    where
        d.loaded_hash is null and t.dataset = d.dataset and t.is_root
        and exists (
            select 1 from loader.source as s
            inner join loader.load as l on l.load_id = s.load_id and l.state = 'done'
            where s.dataset = d.dataset and t.entity = any(s.entities)
        )
) as e;

-- What a revert goes back to; and an open replace goes on with the hashes that it has begun with.
update loader.load as l set
    options = l.options - 'previous_hash' || jsonb_build_object('loaded_before', b.entities)
from (
    select
        o.load_id,
        coalesce(
            jsonb_agg(distinct jsonb_build_object(
                'dataset', o.dataset, 'entity', e.entity, 'mapping_hash', o.options ->> 'previous_hash',
                'hashed_by_mapping', true
            )) filter (where o.options ->> 'previous_hash' is not null and e.entity is not null),
            '[]'
        ) as entities
    from loader.load as o
    left join loader.source as s on s.load_id = o.load_id
    left join lateral unnest(s.entities) as e (entity) on true
    where o.options ? 'previous_hash'
    group by o.load_id
) as b
where b.load_id = l.load_id;
update loader.load as l set options = l.options || '{"hashed_by_mapping": true}'
where l.mode = 'replace' and (l.state in ('open', 'built') or l.options ? 'loaded_before');

do $$
declare
    v_foreign text;
begin
    select string_agg(distinct v.oid::regclass::text, ', ') into v_foreign
    from pg_depend as d
    join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_rewrite as r on r.oid = d.objid
    join pg_class as v on v.oid = r.ev_class
    where d.classid = 'pg_rewrite'::regclass and d.refobjid = 'loader.dataset'::regclass and a.attname = 'loaded_hash';
    if v_foreign is not null then
        raise exception 'these views read the column loaded_hash of loader.dataset, which goes: %', v_foreign
            using hint = 'drop them, and make them anew afterwards from loader.loaded_entity';
    end if;
end
$$;
alter table loader.dataset drop column loaded_hash;
drop function pg_temp.part_of(jsonb, text);
drop function pg_temp.canonical(jsonb);
