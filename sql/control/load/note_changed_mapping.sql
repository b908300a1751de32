create or replace function loader.note_changed_mapping(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Reports what a replace under another mapping does not do: keep the rows of rejected records, because rows of the
    -- previous mapping have another meaning. Reports, on each replace, which tables are no longer in the mapping: they
    -- stay as they are, because nothing takes their place. Called by loader.resolve_build. Writes event.
    select log_event(
        'rejected_not_kept',
        'the mapping has changed, so the previous rows of rejected records do not stay: '
        || string_agg(format('up to %s of %s', n.rejected - n.without_key, n.entity), ', ' order by e.place),
        p_load, p_level => 'warning'
    )
    from load as l
    cross join load_roots(p_load) as e
    join load_entity as n on n.load_id = l.load_id and n.entity = e.entity and n.rejected > n.without_key
    where l.load_id = p_load and n.entity = any (changed_entities(l.dataset)) and is_filled(l.dataset, array[n.entity])
    having count(*) > 0;
    select log_event(
        'table_left',
        format(
            '%s is no longer in the mapping, and stays as it was: drop table %1$s removes it',
            format('%I.%I', o.schema_name, o.object_name)
        ),
        p_load, p_level => 'warning'
    )
    from load as l
    join dataset as d on d.dataset = l.dataset
    cross join owned_objects(d.dataset, d.target_schema) as o
    join pg_class as c on c.oid = o.object_oid and c.relkind in ('r', 'p')
    where l.load_id = p_load and o.kind = 'relation'
        and o.object_name not in (select t.table_name from dataset_table as t where t.dataset = d.dataset)
    order by o.object_name collate "C";
$$;
comment on function loader.note_changed_mapping(bigint) is
'Reports which rows of rejected records a changed mapping does not keep, and which tables it no longer has.';
