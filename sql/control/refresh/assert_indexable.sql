create or replace function loader.assert_indexable(p_dataset text, p_root text, p_schema text, p_suffix text)
returns void
language plpgsql
set search_path = loader, pg_temp
set synchronize_seqscans = off
as $$
-- Called when writing rows has failed because of a value. Raises LD039 with the index and the key if an expression or a
-- condition of an index on the tables of a root fails for a row that is to be written, because the server names
-- neither. The rows are in p_schema, in tables with the same names and the suffix p_suffix. An index cannot be left out
-- of a table in use, and the record is valid, so an operator has to decide.
declare
    v_index record;
    v_rows refcursor;
    v_row record;
    v_read bigint;
    v_key text;
begin
    for v_index in
        select
            format('%I.%I', p_schema, t.table_name || p_suffix) as source, t.key_columns,
            i.indexrelid::regclass as name, i.indrelid::regclass as used, concat_ws(', ', (
                select string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ') from generate_series(1, i.indnatts) as n
            ), pg_get_expr(i.indpred, i.indrelid)) as expressions
        from dataset_table as r
        join dataset_table as t using (dataset, entity)
        join dataset as d using (dataset)
        join pg_index as i on i.indrelid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
        where t.dataset = p_dataset and r.table_name = p_root and (i.indexprs is not null or i.indpred is not null)
        order by t.position, i.indexrelid
    loop
        v_read := 0;
        begin
            -- One by one, so that the row after those that were read is the one that fails.
            open v_rows for execute format('select row(%s) from %s', v_index.expressions, v_index.source);
            loop
                fetch v_rows into v_row;
                exit when not found;
                v_read := v_read + 1;
            end loop;
        exception
            when data_exception then
                execute format(
                    'select (select string_agg(k || '' = '' || coalesce(v.content ->> k, ''NULL''), '', '') '
                    'from unnest($1) as k) from (select to_jsonb(r) from %s as r offset $2 limit 1) as v (content)',
                    v_index.source
                )
                into v_key using v_index.key_columns, v_read;
                raise exception 'the index % on (%) cannot be made for the row of % with %: %',
                    v_index.name, v_index.expressions, v_index.used, v_key, sqlerrm
                    using errcode = 'LD039', hint = format('drop index %s; then run the same command again', v_index.name);
        end;
        close v_rows;
    end loop;
end
$$;
comment on function loader.assert_indexable(text, text, text, text) is
'Raises LD039 with the index and the key when an expression of an index fails for a row that is to be written.';
