-- sql/dataset/create/create_history.sql, mapping 000000000000
create or replace procedure kept_stage.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates those tables with the changes of loads of kept that do not exist. One whose key is no longer
-- that of the mapping starts again from nothing.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'kept',
        'kept_history',
        'What loads of kept changed, and what was there before.'
    );
    perform loader.drop_unless_keyed(
        'kept_history.thing_change',
        array['load_id', 'number'],
        array['bigint', 'integer']
    );
    perform loader.note_lost_table(
        'kept',
        'thing',
        'changes',
        'kept_history.thing_change'
    );
    create table if not exists kept_history.thing_change (
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
    comment on table kept_history.thing_change is
    'Every thing that a load inserted, updated, deleted or marked as gone.';
    comment on column kept_history.thing_change.load_id is
    'The load.';
    comment on column kept_history.thing_change.number is
    'Key of the record.';
    comment on column kept_history.thing_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column kept_history.thing_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column kept_history.thing_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column kept_history.thing_change.record_before is
    'Its record number.';
    comment on column kept_history.thing_change.hash_before is
    'Its hash.';
    comment on column kept_history.thing_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column kept_history.thing_change.record_after is
    'Its record number.';
    comment on column kept_history.thing_change.hash_after is
    'Its hash.';
    comment on column kept_history.thing_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.drop_unless_keyed(
        'kept_history.thing_version',
        array['number', 'source_id'],
        array['integer', 'bigint']
    );
    perform loader.note_lost_table(
        'kept',
        'thing',
        'versions',
        'kept_history.thing_version'
    );
    create table if not exists kept_history.thing_version (
        number integer not null,
        source_id bigint not null,
        record bigint not null,
        hash uuid not null,
        content jsonb not null,
        primary key (number, source_id)
    );
    comment on table kept_history.thing_version is
    'What each source says of a thing; loader.contributing_sources tells which of them count.';
    comment on column kept_history.thing_version.number is
    'Key of the record.';
    comment on column kept_history.thing_version.source_id is
    'The source.';
    comment on column kept_history.thing_version.record is
    'Number of the record in it.';
    comment on column kept_history.thing_version.hash is
    'xxh3-128 of the record.';
    comment on column kept_history.thing_version.content is
    'Its rows: {row, children: {table: [row, …]}}; NULLs and tables without rows are left out.';
    perform loader.record_objects(
        'kept',
        'kept_history',
        array[
            'thing_change',
            'thing_version'
        ],
        p_anew => false
    );
end
$$;
comment on procedure kept_stage.create_history () is
'Creates the change tables of kept that do not exist.';

-- Columns that somebody has dropped come back empty. The functions that show former states are created again, because
-- their columns may have changed. The view over the change tables is replaced in place, so that its grants stay.
-- Readers of these tables, or of the view, wait only if there is something to change.
do $$
begin
    if loader.needs_columns(
        'kept_history.thing_change',
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
        alter table kept_history.thing_change
        add column if not exists columns text[];
        alter table kept_history.thing_change
        add column if not exists source_before bigint;
        alter table kept_history.thing_change
        add column if not exists record_before bigint;
        alter table kept_history.thing_change
        add column if not exists hash_before uuid;
        alter table kept_history.thing_change
        add column if not exists source_after bigint;
        alter table kept_history.thing_change
        add column if not exists record_after bigint;
        alter table kept_history.thing_change
        add column if not exists hash_after uuid;
        alter table kept_history.thing_change
        add column if not exists before jsonb;
    end if;
    call kept_stage.create_history();
    perform loader.drop_former_states('kept');
    if loader.needs_view(
        'kept_history',
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
        from kept_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after
        $query$
    ) then
        create or replace view kept_history.changes as
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
        from kept_history.thing_change as c
        left join loader.source as b on b.source_id = c.source_before
        left join loader.source as a on a.source_id = c.source_after;
    end if;
end
$$;
comment on view kept_history.changes is
'Every change of every load of kept, all entities; the change tables have the same by entity.';
