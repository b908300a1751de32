-- sql/dataset/create/create_history.sql, mapping 000000000000
create or replace procedure removed_stage.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates those tables with the changes of loads of removed that do not exist. One whose key is no longer
-- that of the mapping starts again from nothing.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'removed',
        'removed_history',
        'What loads of removed changed, and what was there before.'
    );
    perform loader.drop_unless_keyed(
        'removed_history.thing_change',
        array['load_id', 'id'],
        array['bigint', 'integer']
    );
    perform loader.note_lost_table(
        'removed',
        'thing',
        'changes',
        'removed_history.thing_change'
    );
    create table if not exists removed_history.thing_change (
        load_id bigint not null,
        id integer not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, id)
    );
    comment on table removed_history.thing_change is
    'Every thing that a load inserted, updated, deleted or marked as gone.';
    comment on column removed_history.thing_change.load_id is
    'The load.';
    comment on column removed_history.thing_change.id is
    'Key of the record.';
    comment on column removed_history.thing_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column removed_history.thing_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column removed_history.thing_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column removed_history.thing_change.record_before is
    'Its record number.';
    comment on column removed_history.thing_change.hash_before is
    'Its hash.';
    comment on column removed_history.thing_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column removed_history.thing_change.record_after is
    'Its record number.';
    comment on column removed_history.thing_change.hash_after is
    'Its hash.';
    comment on column removed_history.thing_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.drop_unless_keyed(
        'removed_history.thing_removed',
        array['id', 'source_id'],
        array['integer', 'bigint']
    );
    perform loader.note_lost_table(
        'removed',
        'thing',
        'removed',
        'removed_history.thing_removed'
    );
    create table if not exists removed_history.thing_removed (
        id integer not null,
        source_id bigint not null,
        record bigint not null,
        primary key (id, source_id)
    );
    comment on table removed_history.thing_removed is
    'Delete records: versions of a thing that say that there is none. See loader.removing_sources.';
    comment on column removed_history.thing_removed.id is
    'Key of the record.';
    comment on column removed_history.thing_removed.source_id is
    'Source of the delete record.';
    comment on column removed_history.thing_removed.record is
    'Its number in the source; if it has several for the key, that of the one that wins.';
    perform loader.record_objects(
        'removed',
        'removed_history',
        array[
            'thing_change',
            'thing_removed'
        ],
        p_anew => false
    );
end
$$;
comment on procedure removed_stage.create_history () is
'Creates the change tables of removed that do not exist.';

-- Columns that somebody has dropped come back empty. The functions that show former states are created again, because
-- their columns may have changed. The view over the change tables is replaced in place, so that its grants stay.
-- Readers of these tables, or of the view, wait only if there is something to change.
do $$
begin
    if loader.needs_columns(
        'removed_history.thing_change',
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
        alter table removed_history.thing_change
        add column if not exists columns text[];
        alter table removed_history.thing_change
        add column if not exists source_before bigint;
        alter table removed_history.thing_change
        add column if not exists record_before bigint;
        alter table removed_history.thing_change
        add column if not exists hash_before uuid;
        alter table removed_history.thing_change
        add column if not exists source_after bigint;
        alter table removed_history.thing_change
        add column if not exists record_after bigint;
        alter table removed_history.thing_change
        add column if not exists hash_after uuid;
        alter table removed_history.thing_change
        add column if not exists before jsonb;
    end if;
    call removed_stage.create_history();
    perform loader.drop_former_states('removed');
    if loader.needs_view(
        'removed_history',
        'changes',
        $query$
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'id', c.id
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from removed_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        $query$
    ) then
        create or replace view removed_history.changes as
        select
            c.load_id,
            'thing' as entity,
            jsonb_build_object(
                'id', c.id
            ) as key,
            c.op,
            c.columns,
            b.name as source_before,
            c.record_before,
            a.name as source_after,
            c.record_after,
            c.before
        from removed_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after;
    end if;
end
$$;
comment on view removed_history.changes is
'Every change of every load of removed, all entities; the change tables have the same by entity.';
