create or replace function loader.keeps_rows(
    p_dataset text, p_entities text[], p_priority integer, p_snapshot date
)
returns boolean
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Whether the tables of these entities hold rows that a merge of a full snapshot would keep although it lacks them:
-- rows of sources that are not older than it, rows that such sources have found unchanged, or rows of unknown sources,
-- because somebody has inserted them. Also true if the key log of such sources is no longer complete. A replace would
-- drop these rows. Reads the tables until the first such row, or to their ends, at about 90 ms per million rows.
declare
    v_root record;
    v_keeps boolean := false;
begin
    for v_root in
        select
            t.entity, format('%I.%I', d.target_schema, t.table_name) as name,
            format('%I.%I', d.stage_schema, t.table_name || '_key_log') as seen,
            array(
                select s.source_id from source_order as s
                where s.dataset = p_dataset and t.entity = any (s.entities)
                    and s.age < source_age(p_priority, p_snapshot)
            ) as older,
            array(
                select s.source_id from source_order as s join load as l on l.load_id = s.load_id and l.state = 'done'
                where s.dataset = p_dataset and t.entity = any (s.entities)
                    and s.age >= source_age(p_priority, p_snapshot)
                    and not is_replaced(s.source_id)
            ) as confirming
        from dataset as d join dataset_table as t on t.dataset = d.dataset
        where d.dataset = p_dataset and t.is_root and t.entity = any (p_entities)
            and to_regclass(format('%I.%I', d.target_schema, t.table_name)) is not null
    loop
        v_keeps := exists (
            select 1 from lost_records('seen', array(
                select s.load_id from source as s where s.source_id = any (v_root.confirming)
            ), v_root.entity)
        );
        exit when v_keeps;
        execute format(
            'select exists (select 1 from %s as s join chunk as c on c.chunk_id = s.chunk_id '
            'where c.source_id = any ($2) and position(''n'' in s.outcome) > 0) '
            'or exists (select 1 from %s as t where (t._source = any ($1)) is not true)', v_root.seen, v_root.name
        )
        into v_keeps using v_root.older, v_root.confirming;
        exit when v_keeps;
    end loop;
    return v_keeps;
end
$$;
comment on function loader.keeps_rows(text, text[], integer, date) is
'Whether tables hold rows that a merge of a full snapshot would keep although it lacks them.';
