create or replace function loader.assert_not_lost(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that a replace has rows for each of its entities that have rows now. If all records of an entity were
-- rejected, its tables stay as they are, whatever max_rejects allows. If it has none, because the files contain none or
-- a condition of the mapping leaves all out, this has to be confirmed. Called once the build is resolved. Raises LD017,
-- LD031.
declare
    v_root record;
    v_build_is_empty boolean;
    v_rows bigint;
begin
    for v_root in
        select
            e.entity, to_regclass(format('%I.%I', d.target_schema, e.table_name)) as target,
            to_regclass(format('%I.%I', d.build_schema, e.table_name)) as build, n.read, n.rejected,
            coalesce((l.settings ->> 'allow_deletes')::boolean, false) as may_delete
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as e
        join load_entity as n on n.load_id = p_load and n.entity = e.entity
        where l.load_id = p_load
    loop
        continue when v_root.target is null;
        -- Rows of other sources are in the build only because a record of this load was rejected.
        execute format(
            'select not exists (select 1 from %s as b where b._source in '
            '(select s.source_id from source as s where s.load_id = $1))', v_root.build
        )
        into v_build_is_empty using p_load;
        continue when not v_build_is_empty;
        execute format('select count(*) from %s', v_root.target) into v_rows;
        continue when v_rows = 0;
        perform assert_not_all_rejected(p_load, v_root.entity);
        if not v_root.may_delete then
            raise exception 'none of the % % records in the tables would be left: the files hold none that the mapping loads',
                v_rows, v_root.entity
                using errcode = 'LD017', hint = 'are these the right files? If the records are really gone: --allow-deletes';
        end if;
    end loop;
end
$$;
comment on function loader.assert_not_lost(bigint) is
'Raises an error if a replace would leave the tables of an entity empty that hold rows.';
