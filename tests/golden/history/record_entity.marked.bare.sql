-- sql/dataset/history/record_entity.sql, mapping 000000000000
create or replace procedure marked_stage.record_bare(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Records what a publication is about to change in bare and its children: marked against marked_build.
-- _p_history: whether the previous versions are kept, and records recorded that only get another source. Called by
-- loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass('marked.bare') is null then
        -- Other entities have rows, so this load is not the first one; all of its records are new.
        insert into marked_history.bare_change (
            load_id, code, op, source_after, record_after, hash_after
        )
        select
            _p_load,
            b.code,
            'insert',
            b._source,
            b._record,
            b._hash
        from marked_build.bare as b;
        return;
    end if;
    truncate marked_stage.bare_touched;
    -- The rows in use against those that replace them, by key and hash.
    insert into marked_history.bare_change (
        load_id, code, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        coalesce(b.code, t.code),
        o.op,
        case
            when o.op = 'update' then array_remove(array[
                case when t._gone_since is distinct from b._gone_since then '_gone_since' end
            ]::text[], null)
        end,
        t._source as source_before,
        t._record as record_before,
        t._hash as hash_before,
        b._source as source_after,
        b._record as record_after,
        b._hash as hash_after,
        case
            when _p_history and o.op in ('update', 'delete')
                then marked_stage.version_of_bare(t.code)
        end
    from marked.bare as t
    full join marked_build.bare as b on b.code = t.code
    cross join lateral unnest(array[
        case
            when t._hash is null then 'insert'
            when b._hash is null then 'delete'
            when t._hash <> b._hash or t._gone_since is distinct from b._gone_since then 'update'
            else 'same'
        end
    ]) as o (op)
    where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'bare');
    end if;
    select count(*) into _p_deleted
    from marked_history.bare_change as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure marked_stage.record_bare(bigint, boolean, bigint) is
'Records what a publication is about to change in bare and its children.';
