create or replace function loader.comment_staging(p_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Adds comments to the columns of a dataset's staging tables, which repeat those of the target with other types. Called
-- by the rendered script of a dataset. Locks the staging tables.
declare
    v_column record;
begin
    for v_column in
        select c.oid::regclass as relation, a.attname as name
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = to_regnamespace(quote_ident(p_schema))
            and c.relkind in ('r', 'p') and not c.relispartition and col_description(c.oid, a.attnum) is null
    loop
        execute format('comment on column %s.%I is %L', v_column.relation, v_column.name, case v_column.name
            when '_slot' then 'Slot of the worker that staged the row.'
            when '_source' then 'loader.source that the row came from.'
            when '_record' then 'Number of the record in its source, from 1.'
            when '_hash' then 'xxh3-128 of the record.'
            when '_rec' then 'Record that the row belongs to: source_id * 2^40 + its number.'
            when 'ordinal' then 'Place among its siblings in the record, from 1.'
            else format('Value for %s in the target.', v_column.name)
        end);
    end loop;
end
$$;
comment on function loader.comment_staging(text) is 'Comments the columns of a dataset''s staging tables.';
