create or replace function loader.assert_built(p_load bigint)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD034 if somebody has altered shadow tables since they were created: dropped or added columns, or changed
-- their types. Nobody can write rows into them, but tables can still be altered. A table without its key is not one
-- that the loader has built (assert_room). Called by loader.publish.
declare
    v_tables oid[] := array(select p.new_oid from publication_pairs(p_load) as p);
    v_damage text;
begin
    select string_agg(format('%s.%I: %s', p.new_oid::regclass, c.name, c.what), E'\n' order by p.place, c.name)
    into v_damage
    from publication_pairs(p_load) as p
    join made_as(v_tables) as m on m.table_oid = p.new_oid
    join describe_table(v_tables) as n on n.table_oid = p.new_oid
    cross join lateral (
        select k.name, case
            when not n.description -> 'columns' ? k.name then 'the column is missing'
            when not m.made -> 'columns' ? k.name then 'the loader does not know this column'
            else 'the column has another type, ' || (n.description -> 'columns' -> k.name ->> 'type')
        end as what
        from (
            select jsonb_object_keys(m.made -> 'columns')
            union
            select jsonb_object_keys(n.description -> 'columns')
        ) as k (name)
        where (m.made -> 'columns' -> k.name ->> 'type')
            is distinct from (n.description -> 'columns' -> k.name ->> 'type')
    ) as c
    where m.made ? 'columns';
    if v_damage is not null then
        raise exception 'somebody has altered the tables that load % has built', p_load
            using errcode = 'LD034', detail = v_damage, hint = 'load again: the tables in use are as they were';
    end if;
end
$$;
comment on function loader.assert_built(bigint) is
'Raises LD034 if somebody has altered shadow tables since they were created.';
