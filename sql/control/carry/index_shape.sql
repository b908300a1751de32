create or replace function loader.index_shape(p_index oid)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
set plan_cache_mode = force_generic_plan
as $$
-- The definition of an index without its name, its table and its storage, which are carried over: whether it is
-- unique, its method, its columns with operator classes, collations and sort orders, and its condition.
-- It is planned once, because it is called for each index that the loader creates.
begin
    return (
        select concat_ws(
            ' ', case when i.indisunique then 'unique' end, m.amname, (
                select string_agg(
                    concat_ws(
                        ' ', pg_get_indexdef(i.indexrelid, k.place, false), o.opcname,
                        nullif(i.indcollation[k.place - 1], 0)::regcollation, i.indoption[k.place - 1]
                    ),
                    ', ' order by k.place
                )
                from generate_series(1, i.indnatts) as k (place)
                left join pg_opclass as o on o.oid = i.indclass[k.place - 1]
            ),
            'where ' || pg_get_expr(i.indpred, i.indrelid)
        )
        from pg_index as i
        join pg_class as c on c.oid = i.indexrelid
        join pg_am as m on m.oid = c.relam
        where i.indexrelid = p_index
    );
end
$$;
comment on function loader.index_shape(oid) is
'The definition of an index without its name, its table and its storage.';
