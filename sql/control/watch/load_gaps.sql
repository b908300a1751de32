create or replace function loader.load_gaps(p_load bigint)
returns table (kind text, table_name text, column_name text, count bigint, records bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a load looked for and did not find, and what it made NULL or left out, under its mapping:
    --   no_row    no row of the table was made; count is 0
    --   no_value  the column had no value but its default; count: rows of its table that were made
    --   nulled    values that on_error: null has made NULL; count: their number
    --   left_out  rows of a child table that its where has left out; count: their number
    -- records: how many of the entity were parsed. A merge does not parse unchanged records. If it has parsed less than
    -- half of an entity, it does not report what an earlier load under the same mapping has found, or may have found.
    with done as materialized (
        select c.found, c.seen, c.nulled from chunk as c where c.load_id = p_load and c.state = 'done'
    ),
    mapped as (
        select t.item ->> 'name' as name, t.item ->> 'entity' as entity, t.item ->> 'parent' as parent, t.item
        from load as l
        join mapping_version as v on v.mapping_hash = l.mapping_hash
        cross join jsonb_array_elements(v.mapping -> 'tables') as t (item)
        where l.load_id = p_load and t.item ->> 'entity' in (select e.entity from load_roots(p_load) as e)
    ),
    records as (
        select r.key as entity, sum(r.value::bigint)::bigint as read
        from done cross join jsonb_each_text(done.found -> 'read') as r group by r.key
    ),
    made as (
        select r.key as name, sum(r.value::bigint)::bigint as rows
        from done cross join jsonb_each_text(done.found -> 'rows') as r group by r.key
    ),
    looked as materialized (
        select
            m.name, m.entity, m.parent, m.item, coalesce(made.rows, 0) as rows, coalesce(parsed.rows, 0) as parsed,
            coalesce(parsed.rows, 0) * 2 >= coalesce(r.read, 0) as is_most
        from mapped as m
        left join made on made.name = m.name
        left join made as parsed on parsed.name = m.entity
        left join records as r on r.entity = m.entity
        -- Nothing is known of records that are all unchanged, or all rejected.
        where coalesce(parsed.rows, 0) > 0 or coalesce(r.read, 0) = 0 and m.parent is null
    ),
    earlier as (
        select e.entity, c.found, c.seen
        from load as l
        cross join load_roots(p_load) as e
        join load as o on o.dataset = l.dataset and o.load_id < l.load_id
            and entity_digest(o.mapping_hash, e.entity) = entity_digest(l.mapping_hash, e.entity)
        join chunk as c on c.load_id = o.load_id and c.state = 'done'
        where l.load_id = p_load and l.mode = 'merge'
    )
    select 'no_row', k.name, null, 0, k.parsed
    from looked as k
    where k.rows = 0 and (k.parent is null or exists (select 1 from made where made.name = k.parent))
        and exists (select 1 from done where done.found is not null)
        and (k.is_most or not exists (select 1 from earlier as e
            where e.entity = k.entity and (e.found is null or e.found -> 'rows' ? k.name)
        ))
    union all
    select 'no_value', k.name, n.item ->> 'name', k.rows, k.parsed
    from looked as k cross join jsonb_array_elements(k.item -> 'columns') as n (item)
    where k.rows > 0
        and n.item -> 'path' <> 'null'
        and k.name || '.' || (n.item ->> 'name') not in (select unnest(done.seen) from done)
        and (k.is_most or not exists (
            select 1 from earlier as e
            where e.entity = k.entity and (e.found is null or k.name || '.' || (n.item ->> 'name') = any (e.seen))
        ))
    union all
    select
        case when n.key like '%.%' then 'nulled' else 'left_out' end, split_part(n.key, '.', 1),
        nullif(split_part(n.key, '.', 2), ''), sum(n.value::bigint)::bigint, k.parsed
    from done cross join jsonb_each_text(done.nulled) as n
    left join looked as k on k.name = split_part(n.key, '.', 1)
    group by n.key, k.parsed
$$;
comment on function loader.load_gaps(bigint) is
'What a load looked for and did not find (tables without a row, columns without a value), made NULL, or left out.';
