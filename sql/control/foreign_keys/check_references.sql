create or replace function loader.check_references(p_dataset text, p_schema text default null)
returns table (
    table_name text,
    column_names text[],
    references_table text,
    dangling bigint,
    examples text[]
)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Counts the rows that refer to a key that does not exist, one row per reference, with up to five of the keys. p_schema
-- null: in the target. Otherwise, tables of p_schema take the place of those of the target, and references within the
-- target alone are left out. Reads every table once.
declare
    v_reference dataset_reference;
    v_target text;
    v_schema text;
    v_from regclass;
    v_to regclass;
begin
    select d.target_schema, coalesce(p_schema, d.target_schema) into v_target, v_schema
    from dataset as d where d.dataset = p_dataset;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    for v_reference in
        select r.* from dataset_reference as r
        join dataset_table as t on t.dataset = r.dataset and t.table_name = r.table_name
        where r.dataset = p_dataset
        order by t.position, r.column_names, r.references_table
    loop
        table_name := v_reference.table_name;
        column_names := v_reference.column_names;
        references_table := v_reference.references_table;
        continue when to_regclass(format('%I.%I', v_schema, table_name)) is null
            and to_regclass(format('%I.%I', v_schema, references_table)) is null and v_schema <> v_target;
        v_from := coalesce(
            to_regclass(format('%I.%I', v_schema, table_name)), to_regclass(format('%I.%I', v_target, table_name))
        );
        v_to := coalesce(
            to_regclass(format('%I.%I', v_schema, references_table)),
            to_regclass(format('%I.%I', v_target, references_table))
        );
        continue when v_from is null;
        execute format(
            'with missing as (
                select row(%1$s)::text as key, count(*) as rows from %2$s as t
                where row(%1$s) is not null %3$s
                group by row(%1$s)::text
            )
            select
                coalesce(sum(rows), 0),
                (array_agg(trim(both ''()'' from key) order by rows desc, key collate "C"))[1:5]
            from missing',
            (
                select string_agg(format('t.%I', c.name), ', ' order by c.place)
                from unnest(column_names) with ordinality as c (name, place)
            ),
            v_from,
            case when v_to is not null then format(
                'and not exists (select 1 from %s as r where %s)', v_to,
                (
                    select string_agg(format('r.%I = t.%I', p.theirs, p.ours), ' and ')
                    from unnest(v_reference.references_columns, column_names) as p (theirs, ours)
                )
            ) else '' end
        ) into dangling, examples;
        return next;
    end loop;
end
$$;
comment on function loader.check_references(text, text) is
'Counts the rows that refer to keys that do not exist, by reference, with examples.';
