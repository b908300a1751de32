-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'computed',
    'computed_stage',
    'Staging tables and procedures of computed, rendered from its mapping.'
);
select loader.note_lost_table(
    'computed',
    'article',
    'seen',
    'computed_stage.article_key_log'
);
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    'computed',
    'computed_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'computed'
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
                ('article', 'eb5e078b82b4433de7a7e57e3539ba10f9a5ffa4be004ebefdc75b77ddff0a59'),
                ('gone', 'ef747fc6311891bd0948dfd8969ba904f0212337ef75f4e6af4343038e01d119'),
                ('note', '53c287929f059a2267e0b188af6783683febb7efa21707c6e9870c0e5b48713e')
            )
            and t.is_root
    )
);

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');

create table computed_stage.article (
    _slot integer not null default 0,
    id integer not null,
    y integer,
    received date
    generated always as (
        case when _hash <> 'ffffffff-ffff-ffff-ffff-ffffffffffff' then (make_date(y, m, 1))::date end
    ) stored,
    m integer,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table computed_stage.article is
'Rows of article on their way into a merge, one partition per worker.';

create table computed_stage.article_text (
    _slot integer not null default 0,
    id text,
    y text,
    m text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table computed_stage.article_text is
'Rows of article as text, before loader.stage_chunk validates them.';

create table computed_stage.article_page (
    _slot integer not null default 0,
    article_id integer not null,
    ordinal integer not null,
    number integer,
    twice integer
    generated always as (
        (number * 2)::integer
    ) stored,
    half integer
    generated always as (
        (number / 2)::integer
    ) stored,
    _rec bigint not null
) partition by list (_slot);
comment on table computed_stage.article_page is
'Rows of article_page on their way into a merge, one partition per worker.';

create table computed_stage.article_page_text (
    _slot integer not null default 0,
    article_id text,
    ordinal integer not null,
    number text,
    _rec bigint not null
) partition by list (_slot);
comment on table computed_stage.article_page_text is
'Rows of article_page as text, before loader.stage_chunk validates them.';

create table computed_stage.article_word (
    _slot integer not null default 0,
    article_id integer not null,
    ordinal integer not null,
    text text,
    length integer
    generated always as (
        (length(text))::integer
    ) stored,
    _rec bigint not null
) partition by list (_slot);
comment on table computed_stage.article_word is
'Rows of article_word on their way into a merge, one partition per worker.';

create table computed_stage.article_word_text (
    _slot integer not null default 0,
    article_id text,
    ordinal integer not null,
    text text,
    _rec bigint not null
) partition by list (_slot);
comment on table computed_stage.article_word_text is
'Rows of article_word as text, before loader.stage_chunk validates them.';

create table computed_stage.note (
    _slot integer not null default 0,
    id integer not null,
    text text,
    words integer
    generated always as (
        (length(text))::integer
    ) stored,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table computed_stage.note is
'Rows of note on their way into a merge, one partition per worker.';

create table computed_stage.note_text (
    _slot integer not null default 0,
    id text,
    text text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table computed_stage.note_text is
'Rows of note as text, before loader.stage_chunk validates them.';

create table if not exists computed_stage.article_key_log (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table computed_stage.article_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column computed_stage.article_key_log.chunk_id is
'Chunk that read them.';
comment on column computed_stage.article_key_log.id is
'Keys, by record number.';
comment on column computed_stage.article_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column computed_stage.article_key_log.outcome is
'One letter per record.';

create table computed_stage.article_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table computed_stage.article_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column computed_stage.article_before.load_id is
'The merge.';
comment on column computed_stage.article_before.id is
'Key of the row.';
comment on column computed_stage.article_before.hash is
'Hash that the row had.';

create unlogged table computed_stage.article_decision (
    id integer not null,
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
    _gone_source bigint,
    _gone_record bigint,
    _gone_place bigint,
    _gone_wins boolean not null default false,
    _outcome text
);
comment on table computed_stage.article_decision is
'What the last merge decided about each article that differed from its row, or occurred more than once.';
comment on column computed_stage.article_decision.id is
'Key of the record.';
comment on column computed_stage.article_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column computed_stage.article_decision._source is
'Its source.';
comment on column computed_stage.article_decision._record is
'Its number in the source.';
comment on column computed_stage.article_decision._rec is
'Both in one number, as in child rows.';
comment on column computed_stage.article_decision._hash is
'Its hash.';
comment on column computed_stage.article_decision._place is
'Place of its source in conflict order.';
comment on column computed_stage.article_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column computed_stage.article_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column computed_stage.article_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column computed_stage.article_decision._old_record is
'Record of that row.';
comment on column computed_stage.article_decision._old_hash is
'Hash of that row.';
comment on column computed_stage.article_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column computed_stage.article_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column computed_stage.article_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column computed_stage.article_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';
comment on column computed_stage.article_decision._gone_source is
'Source of the delete record of an earlier load that wins over its others of this key.';
comment on column computed_stage.article_decision._gone_record is
'Number of that delete record.';
comment on column computed_stage.article_decision._gone_place is
'Place of its source in conflict order.';
comment on column computed_stage.article_decision._gone_wins is
'Whether it wins over this version.';

create unlogged table computed_stage.article_touched (
    id integer not null,
    _table integer not null
);
comment on table computed_stage.article_touched is
'Child tables in which the last merge changed rows of a article.';
comment on column computed_stage.article_touched.id is
'Key of the record.';
comment on column computed_stage.article_touched._table is
'Place of the child table among those of the entity.';

create table if not exists computed_stage.note_key_log (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table computed_stage.note_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column computed_stage.note_key_log.chunk_id is
'Chunk that read them.';
comment on column computed_stage.note_key_log.id is
'Keys, by record number.';
comment on column computed_stage.note_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column computed_stage.note_key_log.outcome is
'One letter per record.';

create table computed_stage.note_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table computed_stage.note_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column computed_stage.note_before.load_id is
'The merge.';
comment on column computed_stage.note_before.id is
'Key of the row.';
comment on column computed_stage.note_before.hash is
'Hash that the row had.';

create unlogged table computed_stage.note_decision (
    id integer not null,
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
    _outcome text
);
comment on table computed_stage.note_decision is
'What the last merge decided about each note that differed from its row, or occurred more than once.';
comment on column computed_stage.note_decision.id is
'Key of the record.';
comment on column computed_stage.note_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column computed_stage.note_decision._source is
'Its source.';
comment on column computed_stage.note_decision._record is
'Its number in the source.';
comment on column computed_stage.note_decision._rec is
'Both in one number, as in child rows.';
comment on column computed_stage.note_decision._hash is
'Its hash.';
comment on column computed_stage.note_decision._place is
'Place of its source in conflict order.';
comment on column computed_stage.note_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column computed_stage.note_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column computed_stage.note_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column computed_stage.note_decision._old_record is
'Record of that row.';
comment on column computed_stage.note_decision._old_hash is
'Hash of that row.';
comment on column computed_stage.note_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column computed_stage.note_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column computed_stage.note_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column computed_stage.note_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';

create unlogged table computed_stage.note_touched (
    id integer not null,
    _table integer not null
);
comment on table computed_stage.note_touched is
'Child tables in which the last merge changed rows of a note.';
comment on column computed_stage.note_touched.id is
'Key of the record.';
comment on column computed_stage.note_touched._table is
'Place of the child table among those of the entity.';

create unlogged table computed_stage.note_per_source (
    id integer not null,
    _place integer not null,
    _source bigint not null,
    _record bigint not null,
    _contradicts boolean not null default false,
    primary key (id, _place)
);
comment on table computed_stage.note_per_source is
'The versions of which the last load composed each note it touched: one per feed, of the newest edition.';
comment on column computed_stage.note_per_source.id is
'Key of the record.';
comment on column computed_stage.note_per_source._place is
'Place in conflict order: 1 wins.';
comment on column computed_stage.note_per_source._source is
'Source of the version.';
comment on column computed_stage.note_per_source._record is
'Number of the record in it.';
comment on column computed_stage.note_per_source._contradicts is
'Whether the versions of the key differ and the policy rejects that.';

create unlogged table computed_stage.note_composed (
    id integer not null,
    _source bigint not null,
    _record bigint not null,
    _content jsonb not null,
    primary key (id)
);
comment on table computed_stage.note_composed is
'The row that the last load composed of the versions of each note that it touched.';
comment on column computed_stage.note_composed.id is
'Key of the record.';
comment on column computed_stage.note_composed._source is
'Source of the version that wins.';
comment on column computed_stage.note_composed._record is
'Number of its record.';
comment on column computed_stage.note_composed._content is
'Its rows, as in the version table.';

create unlogged table computed_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table computed_stage._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column computed_stage._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column computed_stage._key_source.name is
'File name without directory.';
comment on column computed_stage._key_source.snapshot is
'Date of the data.';
comment on column computed_stage._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column computed_stage._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column computed_stage._key_source.keyless is
'Number of records without a key, which a load would reject.';

create unlogged table computed_stage.article_key (
    _source integer not null,
    id integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table computed_stage.article_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column computed_stage.article_key._source is
'Number of the source in _key_source.';
comment on column computed_stage.article_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table computed_stage.article_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table computed_stage.article_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column computed_stage.article_key_text._source is
'Number of the source in _key_source.';

create unlogged table computed_stage.note_key (
    _source integer not null,
    id integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table computed_stage.note_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column computed_stage.note_key._source is
'Number of the source in _key_source.';
comment on column computed_stage.note_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table computed_stage.note_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table computed_stage.note_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column computed_stage.note_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('computed_stage');
