create or replace function loader.unmarked_tables(p_tables text[])
returns oid[]
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Those of some root tables, given by their quoted names, that exist and have no column _gone_since yet. Raises LD020
-- if one has a column of that name that the loader did not create: its values would be lost.
declare
    v_taken text;
    v_tables oid[];
begin
    select
        string_agg(format('column %s._gone_since', r.oid), E'\n' order by r.name)
            filter (where a.attnum is not null and not m.made -> 'columns' ? '_gone_since'),
        coalesce(array_agg(r.oid::oid order by r.oid::oid) filter (where a.attnum is null), '{}')
    into v_taken, v_tables
    from unnest(p_tables) as t (name)
    cross join lateral (select t.name, to_regclass(t.name) as oid) as r
    cross join made_as(array[r.oid]) as m
    left join pg_attribute as a on a.attrelid = r.oid and a.attname = '_gone_since' and not a.attisdropped
    where r.oid is not null;
    if v_taken is not null then
        raise exception 'a column that the loader did not make is in the way of deletes: mark'
            using errcode = 'LD020', detail = v_taken,
                hint = 'rename what is listed (alter table … rename column _gone_since to …), or load with another deletes';
    end if;
    return v_tables;
end
$$;
comment on function loader.unmarked_tables(text[]) is
'Root tables without a column for marks; raises LD020 if a user has created a column of this name.';
