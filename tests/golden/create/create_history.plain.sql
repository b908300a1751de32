-- sql/dataset/create/create_history.sql, mapping 000000000000
create or replace procedure plain_stage.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates those tables with the changes of loads of plain that do not exist. One whose key is no longer
-- that of the mapping starts again from nothing.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'plain',
        'plain_history',
        'What loads of plain changed, and what was there before.'
    );
    perform loader.drop_unless_keyed(
        'plain_history.thing_change',
        array['load_id', 'place', 'number'],
        array['bigint', 'text', 'integer']
    );
    perform loader.note_lost_table(
        'plain',
        'thing',
        'changes',
        'plain_history.thing_change'
    );
    create table if not exists plain_history.thing_change (
        load_id bigint not null,
        place text not null,
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
        primary key (load_id, place, number)
    );
    comment on table plain_history.thing_change is
    'Every thing that a load inserted, updated, deleted or marked as gone.';
    comment on column plain_history.thing_change.load_id is
    'The load.';
    comment on column plain_history.thing_change.place is
    'Key of the record.';
    comment on column plain_history.thing_change.number is
    'Key of the record.';
    comment on column plain_history.thing_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column plain_history.thing_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column plain_history.thing_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column plain_history.thing_change.record_before is
    'Its record number.';
    comment on column plain_history.thing_change.hash_before is
    'Its hash.';
    comment on column plain_history.thing_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column plain_history.thing_change.record_after is
    'Its record number.';
    comment on column plain_history.thing_change.hash_after is
    'Its hash.';
    comment on column plain_history.thing_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.record_objects(
        'plain',
        'plain_history',
        array[
            'thing_change'
        ],
        p_anew => false
    );
end
$$;
comment on procedure plain_stage.create_history () is
'Creates the change tables of plain that do not exist.';

-- Columns that somebody has dropped come back empty. The functions that show former states are created again, because
-- their columns may have changed. The view over the change tables is replaced in place, so that its grants stay.
-- Readers of these tables, or of the view, wait only if there is something to change.
do $$
begin
    if loader.needs_columns(
        'plain_history.thing_change',
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
        alter table plain_history.thing_change
        add column if not exists columns text[];
        alter table plain_history.thing_change
        add column if not exists source_before bigint;
        alter table plain_history.thing_change
        add column if not exists record_before bigint;
        alter table plain_history.thing_change
        add column if not exists hash_before uuid;
        alter table plain_history.thing_change
        add column if not exists source_after bigint;
        alter table plain_history.thing_change
        add column if not exists record_after bigint;
        alter table plain_history.thing_change
        add column if not exists hash_after uuid;
        alter table plain_history.thing_change
        add column if not exists before jsonb;
    end if;
    call plain_stage.create_history();
    perform loader.drop_former_states('plain');
    if loader.needs_view(
        'plain_history',
        'changes',
        $query$
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'place', c.place,
                'number', c.number
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from plain_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        $query$
    ) then
        create or replace view plain_history.changes as
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'place', c.place,
                'number', c.number
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from plain_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after;
    end if;
end
$$;
comment on view plain_history.changes is
'Every change of every load of plain, all entities; the change tables have the same by entity.';
