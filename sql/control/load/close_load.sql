create or replace function loader.close_load(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Writes the final counts of a load and its sources, and marks it as done. Removes the locators of its chunks (for
-- compressed files, up to 32 kB each), because nobody reads the chunks any more. The tables get a new stamp. Writes
-- load, load_entity, source, chunk, owned_object, event.
begin
    update chunk as c set locator = null where c.load_id = p_load and c.locator is not null;
    perform count_rejects(p_load);
    update source as s set
        read = t.read, inserted = t.inserted, updated = t.updated, unchanged = t.unchanged, duplicate = t.duplicate,
        rejected = t.rejected, filtered = t.filtered, removed = t.removed, deleted = s.deleted + t.removed
    from (
        select
            c.source_id, sum(c.read) as read, sum(c.inserted) as inserted, sum(c.updated) as updated,
            sum(c.unchanged) as unchanged, sum(c.duplicate) as duplicate, sum(c.rejected) as rejected,
            sum(c.filtered) as filtered, sum(c.removed) as removed
        from chunk as c where c.load_id = p_load group by c.source_id
    ) as t
    where s.source_id = t.source_id;
    update load as l set
        state = 'done', finished_at = clock(), error = null, read = t.read, inserted = t.inserted, updated = t.updated,
        unchanged = t.unchanged, duplicate = t.duplicate, rejected = t.rejected, deleted = t.deleted,
        filtered = t.filtered, removed = t.removed, complete = complete_entities(p_load)
    from (
        select
            sum(s.read) as read, sum(s.inserted) as inserted, sum(s.updated) as updated, sum(s.unchanged) as unchanged,
            sum(s.duplicate) as duplicate, sum(s.rejected) as rejected, sum(s.deleted) as deleted,
            sum(s.filtered) as filtered, sum(s.removed) as removed
        from source as s where s.load_id = p_load
    ) as t
    where l.load_id = p_load;
    perform note_copies(p_load);
    perform stamp_tables(l.dataset) from load as l where l.load_id = p_load;
    perform log_event('load_done', format('load %s is done', p_load), p_load);
end
$$;
comment on function loader.close_load(bigint) is 'Writes the final counts of a load and marks it as done.';
