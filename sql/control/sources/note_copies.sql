create or replace function loader.note_copies(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Reports files of a load, whose records have generated keys, with the same bytes as a file with another name: a
    -- file is identified by its name, so these records are there twice. Called by loader.close_load. Writes event.
    with copy as (
        select distinct on (s.source_id) s.name, format('%s (load %s)', o.name, o.load_id) as other
        from source as s
        join source as o on o.dataset = s.dataset and o.sha256 = s.sha256 and o.series <> s.series
            and o.source_id < s.source_id
        join load as l on l.load_id = o.load_id and (l.state = 'done' or o.load_id = p_load)
        where s.load_id = p_load and s.records > 0 and not is_replaced(o.source_id)
            -- A full snapshot deletes the records of older files.
            and not exists (
                select 1 from load as m cross join unnest(s.entities) as e
                where m.load_id = p_load and m.settings ->> 'deletes' = 'delete'
                    and o.source_id = any (older_sources(p_load, e))
            )
            and s.entities && (select generated_entities(m.dataset) from load as m where m.load_id = p_load)
        order by s.source_id, o.source_id desc
    ), told as (
        select count(*) as copies, (array_agg(c.name || ' is ' || c.other order by c.name collate "C"))[: 3] as names
        from copy as c
    )
    select log_event(
        'source_copied',
        format(
            'a file is identified by its name, so records of files with the same content and another name '
            'are there twice: %s%s',
            array_to_string(t.names, ', '), case when t.copies > 3 then format(' and %s more', t.copies - 3) else '' end
        ),
        p_load, p_level => 'warning'
    )
    from told as t where t.copies > 0
$$;
comment on function loader.note_copies(bigint) is
'Reports files with generated keys that were loaded under another name as well.';
