-- The same data again write nothing, and what is published is all that was read.

-- Generated keys outlive the issue of a file that brought them: they carry the number of one source of its series.

alter table loader.source add column series text;
alter table loader.source add column key_source bigint;
alter table loader.source add column record_numbers bigint[];
comment on column loader.source.series is
'What the issues of the file have in common: its name without date and packing (loader.series_of).';
comment on column loader.source.key_source is
'Source of the series whose number the generated keys carry; null: its own.';
comment on column loader.source.record_numbers is
'Of a replay: number in the series of each of its records; null: their own numbers.';

-- As loader.series_of does it; routines are replaced after the migrations.
update loader.source as s
set
    series = coalesce(
        regexp_replace(
            u.name,
            to_char(s.snapshot, 'YYYY-MM-DD') || '|' || to_char(s.snapshot, 'YYYYMMDD') || '|'
            || to_char(s.snapshot, 'YYYY-MM'),
            ''
        ),
        u.name
    )
from (
    select
        o.source_id,
        regexp_replace(
            regexp_replace(o.name, '(\.(gz|bz2|xz|zst))?(\.replay-[0-9a-f]{8}\.xml)*$', ''),
            '^(.+)\.zip!(\1(\.[^.!/]+)?)$', '\2'
        ) as name
    from loader.source as o
) as u
where u.source_id = s.source_id;

create index source_of_series on loader.source (dataset, series);
comment on index loader.source_of_series is
'Serves loader.known_key_source and loader.newer_snapshots: other issues of a file.';
drop function if exists loader.register_source(bigint, text, text, bigint, text[], text, date, integer, integer);

-- What chunks put into the build is counted, table by table, so that nothing vanishes from it unnoticed.

alter table loader.chunk add column rows jsonb;
comment on column loader.chunk.rows is
'Rows that it has put into each table of the build, by its name; null: not known.';
alter table loader.load add column held jsonb;
comment on column loader.load.held is
'Rows that each table of the build has to have when it is published, by its name; null: not known.';
drop function if exists loader.hold_staged(loader.chunk, integer, jsonb);
drop procedure if exists loader.merge_chunk(bigint, bigint, integer, bigint, jsonb, jsonb, jsonb);
