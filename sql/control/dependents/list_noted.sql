create or replace function loader.list_noted(p_dataset text)
returns setof text
language sql
set search_path = loader, pg_temp
as $$
    -- Foreign keys in other users' tables whose rows refer to rows of a dataset in the control tables, one line each
    -- (referring_keys). Reads the catalogs, and these tables.
    select k.line
    from (
        select distinct f.confrelid as oid from pg_constraint as f
        join pg_class as m on m.oid = f.confrelid and m.relnamespace = 'loader'::regnamespace
        where f.contype = 'f'
    ) as c
    cross join lateral (
        select min(a.attname::text) as name from pg_attribute as a
        where a.attrelid = c.oid and a.attname in ('dataset', 'load_id')
    ) as a
    cross join lateral referring_keys(c.oid, case a.name
        when 'dataset' then format('t.dataset = %L', p_dataset)
        when 'load_id' then format('t.load_id in (select l.load_id from loader.load as l where l.dataset = %L)', p_dataset)
        else 'true'
    end) as k (line)
    order by 1
$$;
comment on function loader.list_noted(text) is
'Foreign keys in users'' own tables whose rows refer to rows of a dataset in the control tables.';
