-- sql/dataset/create/create_history.sql, mapping 000000000000
create or replace procedure marked_stage.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates those tables with the changes of loads of marked that do not exist. One whose key is no longer
-- that of the mapping starts again from nothing.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'marked',
        'marked_history',
        'What loads of marked changed, and what was there before.'
    );
    perform loader.drop_unless_keyed(
        'marked_history.thing_change',
        array['load_id', 'number'],
        array['bigint', 'integer']
    );
    perform loader.note_lost_table(
        'marked',
        'thing',
        'changes',
        'marked_history.thing_change'
    );
    create table if not exists marked_history.thing_change (
        load_id bigint not null,
        number integer not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, number)
    );
    comment on table marked_history.thing_change is
    'Every thing that a load inserted, updated, deleted or marked as gone.';
    comment on column marked_history.thing_change.load_id is
    'The load.';
    comment on column marked_history.thing_change.number is
    'Key of the record.';
    comment on column marked_history.thing_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column marked_history.thing_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column marked_history.thing_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column marked_history.thing_change.record_before is
    'Its record number.';
    comment on column marked_history.thing_change.hash_before is
    'Its hash.';
    comment on column marked_history.thing_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column marked_history.thing_change.record_after is
    'Its record number.';
    comment on column marked_history.thing_change.hash_after is
    'Its hash.';
    comment on column marked_history.thing_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.drop_unless_keyed(
        'marked_history.bare_change',
        array['load_id', 'code'],
        array['bigint', 'text']
    );
    perform loader.note_lost_table(
        'marked',
        'bare',
        'changes',
        'marked_history.bare_change'
    );
    create table if not exists marked_history.bare_change (
        load_id bigint not null,
        code text not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, code)
    );
    comment on table marked_history.bare_change is
    'Every bare that a load inserted, updated, deleted or marked as gone.';
    comment on column marked_history.bare_change.load_id is
    'The load.';
    comment on column marked_history.bare_change.code is
    'Key of the record.';
    comment on column marked_history.bare_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column marked_history.bare_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column marked_history.bare_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column marked_history.bare_change.record_before is
    'Its record number.';
    comment on column marked_history.bare_change.hash_before is
    'Its hash.';
    comment on column marked_history.bare_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column marked_history.bare_change.record_after is
    'Its record number.';
    comment on column marked_history.bare_change.hash_after is
    'Its hash.';
    comment on column marked_history.bare_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.record_objects(
        'marked',
        'marked_history',
        array[
            'thing_change',
            'bare_change'
        ],
        p_anew => false
    );
end
$$;
comment on procedure marked_stage.create_history () is
'Creates the change tables of marked that do not exist.';

-- Columns that somebody has dropped come back empty. The functions that show former states are created again, because
-- their columns may have changed. The view over the change tables is replaced in place, so that its grants stay.
-- Readers of these tables, or of the view, wait only if there is something to change.
do $$
begin
    if loader.needs_columns(
        'marked_history.thing_change',
        array[
            'columns',
            'source_before',
            'record_before',
            'hash_before',
            'source_after',
            'record_after',
            'hash_after',
            'before'
        ]
    ) then
        alter table marked_history.thing_change
        add column if not exists columns text[];
        alter table marked_history.thing_change
        add column if not exists source_before bigint;
        alter table marked_history.thing_change
        add column if not exists record_before bigint;
        alter table marked_history.thing_change
        add column if not exists hash_before uuid;
        alter table marked_history.thing_change
        add column if not exists source_after bigint;
        alter table marked_history.thing_change
        add column if not exists record_after bigint;
        alter table marked_history.thing_change
        add column if not exists hash_after uuid;
        alter table marked_history.thing_change
        add column if not exists before jsonb;
    end if;
    if loader.needs_columns(
        'marked_history.bare_change',
        array[
            'columns',
            'source_before',
            'record_before',
            'hash_before',
            'source_after',
            'record_after',
            'hash_after',
            'before'
        ]
    ) then
        alter table marked_history.bare_change
        add column if not exists columns text[];
        alter table marked_history.bare_change
        add column if not exists source_before bigint;
        alter table marked_history.bare_change
        add column if not exists record_before bigint;
        alter table marked_history.bare_change
        add column if not exists hash_before uuid;
        alter table marked_history.bare_change
        add column if not exists source_after bigint;
        alter table marked_history.bare_change
        add column if not exists record_after bigint;
        alter table marked_history.bare_change
        add column if not exists hash_after uuid;
        alter table marked_history.bare_change
        add column if not exists before jsonb;
    end if;
    call marked_stage.create_history();
    perform loader.drop_former_states('marked');
    if loader.needs_view(
        'marked_history',
        'changes',
        $query$
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'number', c.number
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from marked_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        union all
        select
            c.load_id,
            'bare' as entity,
            jsonb_build_object(
                'code', c.code
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from marked_history.bare_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        $query$
    ) then
        create or replace view marked_history.changes as
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'number', c.number
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from marked_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        union all
        select
            c.load_id,
            'bare' as entity,
            jsonb_build_object(
                'code', c.code
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from marked_history.bare_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after;
    end if;
end
$$;
comment on view marked_history.changes is
'Every change of every load of marked, all entities; the change tables have the same by entity.';
