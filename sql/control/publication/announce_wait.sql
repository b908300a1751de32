create or replace function loader.announce_wait(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Says how long readers will wait for a publication, if what users have built on the tables takes longer than a tenth
-- of a second. On two cores under load, a view took one millisecond; a foreign key took 2.5, because the server then
-- reads all triggers of the table again; and a materialized view took as long, because it is renamed and moved, and so
-- is its predecessor. Raises a notice (LD007). Writes event.
declare
    v_wait numeric;
    v_items text;
begin
    select sum(d.number * case d.kind when 'view' then 0.001 else 0.0025 end),
        string_agg(format('%ss: %s', d.kind, d.number), ', ' order by d.number desc)
    into v_wait, v_items
    from (
        select x.kind, count(*) as number
        from list_dependents(array(
            select p.old_oid from publication as p where p.load_id = p_load and p.old_oid is not null
        )) as x
        where x.kind in ('view', 'foreign key', 'materialized view')
        group by x.kind
    ) as d;
    if v_wait >= 0.1 then
        v_items := format('readers will wait for about %s s, because users have built much on the tables (%s)',
            round(v_wait, 1), v_items);
        perform log_event('readers_wait', v_items, p_load);
        raise notice '%', v_items using errcode = 'LD007';
    end if;
end
$$;
comment on function loader.announce_wait(bigint) is
'Says how long readers will wait for a publication, if users have built much on the tables.';
