-- sql/procedures/create_stage.sql, mapping b4dd1edb59d1
create schema if not exists discogs_stage;
revoke all on schema discogs_stage from public;
comment on schema discogs_stage is
'Staging tables and procedures of discogs, rendered from its mapping.';
-- Made anew, all but what merges under this mapping have noted as unchanged.
do $$
declare
    v_object record;
begin
    for v_object in
        select format('table %s', c.oid::regclass) as name from pg_class as c
        where
            c.relnamespace = to_regnamespace('discogs_stage')
            and c.relkind in ('p', 'r')
            and not c.relispartition
            and not (
                c.relkind = 'r'
                and c.relname like '%\_seen'
                and exists (
                    select 1 from loader.dataset as d
                    where
                        d.dataset = 'discogs'
                        and d.mapping_hash = 'b4dd1edb59d1cc9bb8aca707400d1427cadcdcae7f54284f2f3b17505792d686'
                )
            )
        union all
        select format('routine %s', p.oid::regprocedure) from pg_proc as p
        where p.pronamespace = to_regnamespace('discogs_stage')
    loop
        execute format('drop %s', v_object.name);
    end loop;
end
$$;

create table discogs_stage.artist (
    _slot integer not null default 0,
    id integer not null,
    name text,
    realname text,
    profile text,
    data_quality text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.artist is
'Rows of artist on their way into a merge, a partition a worker.';

create table discogs_stage.artist_text (
    _slot integer not null default 0,
    id text,
    name text,
    realname text,
    profile text,
    data_quality text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.artist_text is
'Rows of artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_url (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_url is
'Rows of artist_url on their way into a merge, a partition a worker.';

create table discogs_stage.artist_url_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_url_text is
'Rows of artist_url as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_name_variation (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_name_variation is
'Rows of artist_name_variation on their way into a merge, a partition a worker.';

create table discogs_stage.artist_name_variation_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_name_variation_text is
'Rows of artist_name_variation as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_alias (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    alias_id integer,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_alias is
'Rows of artist_alias on their way into a merge, a partition a worker.';

create table discogs_stage.artist_alias_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    alias_id text,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_alias_text is
'Rows of artist_alias as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_member (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    member_id integer,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_member is
'Rows of artist_member on their way into a merge, a partition a worker.';

create table discogs_stage.artist_member_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    member_id text,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_member_text is
'Rows of artist_member as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_group (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    group_id integer,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_group is
'Rows of artist_group on their way into a merge, a partition a worker.';

create table discogs_stage.artist_group_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    group_id text,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_group_text is
'Rows of artist_group as text, before loader.stage_chunk judges them.';

create table discogs_stage.artist_image (
    _slot integer not null default 0,
    artist_id integer not null,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width integer,
    height integer,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_image is
'Rows of artist_image on their way into a merge, a partition a worker.';

create table discogs_stage.artist_image_text (
    _slot integer not null default 0,
    artist_id text,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width text,
    height text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.artist_image_text is
'Rows of artist_image as text, before loader.stage_chunk judges them.';

create table discogs_stage.label (
    _slot integer not null default 0,
    id integer not null,
    name text,
    contactinfo text,
    profile text,
    data_quality text,
    parent_label_id integer,
    parent_label text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.label is
'Rows of label on their way into a merge, a partition a worker.';

create table discogs_stage.label_text (
    _slot integer not null default 0,
    id text,
    name text,
    contactinfo text,
    profile text,
    data_quality text,
    parent_label_id text,
    parent_label text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.label_text is
'Rows of label as text, before loader.stage_chunk judges them.';

create table discogs_stage.label_url (
    _slot integer not null default 0,
    label_id integer not null,
    ordinal integer not null,
    url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_url is
'Rows of label_url on their way into a merge, a partition a worker.';

create table discogs_stage.label_url_text (
    _slot integer not null default 0,
    label_id text,
    ordinal integer not null,
    url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_url_text is
'Rows of label_url as text, before loader.stage_chunk judges them.';

create table discogs_stage.label_sublabel (
    _slot integer not null default 0,
    label_id integer not null,
    ordinal integer not null,
    sublabel_id integer,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_sublabel is
'Rows of label_sublabel on their way into a merge, a partition a worker.';

create table discogs_stage.label_sublabel_text (
    _slot integer not null default 0,
    label_id text,
    ordinal integer not null,
    sublabel_id text,
    name text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_sublabel_text is
'Rows of label_sublabel as text, before loader.stage_chunk judges them.';

create table discogs_stage.label_image (
    _slot integer not null default 0,
    label_id integer not null,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width integer,
    height integer,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_image is
'Rows of label_image on their way into a merge, a partition a worker.';

create table discogs_stage.label_image_text (
    _slot integer not null default 0,
    label_id text,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width text,
    height text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.label_image_text is
'Rows of label_image as text, before loader.stage_chunk judges them.';

create table discogs_stage.master (
    _slot integer not null default 0,
    id integer not null,
    main_release_id integer,
    notes text,
    year integer,
    title text,
    data_quality text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.master is
'Rows of master on their way into a merge, a partition a worker.';

create table discogs_stage.master_text (
    _slot integer not null default 0,
    id text,
    main_release_id text,
    notes text,
    year text,
    title text,
    data_quality text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.master_text is
'Rows of master as text, before loader.stage_chunk judges them.';

create table discogs_stage.master_artist (
    _slot integer not null default 0,
    master_id integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_artist is
'Rows of master_artist on their way into a merge, a partition a worker.';

create table discogs_stage.master_artist_text (
    _slot integer not null default 0,
    master_id text,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_artist_text is
'Rows of master_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.master_genre (
    _slot integer not null default 0,
    master_id integer not null,
    ordinal integer not null,
    genre text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_genre is
'Rows of master_genre on their way into a merge, a partition a worker.';

create table discogs_stage.master_genre_text (
    _slot integer not null default 0,
    master_id text,
    ordinal integer not null,
    genre text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_genre_text is
'Rows of master_genre as text, before loader.stage_chunk judges them.';

create table discogs_stage.master_style (
    _slot integer not null default 0,
    master_id integer not null,
    ordinal integer not null,
    style text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_style is
'Rows of master_style on their way into a merge, a partition a worker.';

create table discogs_stage.master_style_text (
    _slot integer not null default 0,
    master_id text,
    ordinal integer not null,
    style text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_style_text is
'Rows of master_style as text, before loader.stage_chunk judges them.';

create table discogs_stage.master_video (
    _slot integer not null default 0,
    master_id integer not null,
    ordinal integer not null,
    src text,
    duration integer,
    embed boolean,
    title text,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_video is
'Rows of master_video on their way into a merge, a partition a worker.';

create table discogs_stage.master_video_text (
    _slot integer not null default 0,
    master_id text,
    ordinal integer not null,
    src text,
    duration text,
    embed text,
    title text,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_video_text is
'Rows of master_video as text, before loader.stage_chunk judges them.';

create table discogs_stage.master_image (
    _slot integer not null default 0,
    master_id integer not null,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width integer,
    height integer,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_image is
'Rows of master_image on their way into a merge, a partition a worker.';

create table discogs_stage.master_image_text (
    _slot integer not null default 0,
    master_id text,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width text,
    height text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.master_image_text is
'Rows of master_image as text, before loader.stage_chunk judges them.';

create table discogs_stage.release (
    _slot integer not null default 0,
    id integer not null,
    status text,
    title text,
    country text,
    released text,
    notes text,
    data_quality text,
    master_id integer,
    is_main_release boolean,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.release is
'Rows of release on their way into a merge, a partition a worker.';

create table discogs_stage.release_text (
    _slot integer not null default 0,
    id text,
    status text,
    title text,
    country text,
    released text,
    notes text,
    data_quality text,
    master_id text,
    is_main_release text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table discogs_stage.release_text is
'Rows of release as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_artist (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_artist is
'Rows of release_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_artist_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_artist_text is
'Rows of release_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_extra_artist (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_extra_artist is
'Rows of release_extra_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_extra_artist_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_extra_artist_text is
'Rows of release_extra_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_label (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    label_id integer,
    name text,
    catno text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_label is
'Rows of release_label on their way into a merge, a partition a worker.';

create table discogs_stage.release_label_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    label_id text,
    name text,
    catno text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_label_text is
'Rows of release_label as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_series (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    series_id integer,
    name text,
    catno text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_series is
'Rows of release_series on their way into a merge, a partition a worker.';

create table discogs_stage.release_series_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    series_id text,
    name text,
    catno text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_series_text is
'Rows of release_series as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_format (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    name text,
    qty text,
    text text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_format is
'Rows of release_format on their way into a merge, a partition a worker.';

create table discogs_stage.release_format_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    name text,
    qty text,
    text text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_format_text is
'Rows of release_format as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_format_description (
    _slot integer not null default 0,
    release_id integer not null,
    format_ordinal integer not null,
    ordinal integer not null,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_format_description is
'Rows of release_format_description on their way into a merge, a partition a worker.';

create table discogs_stage.release_format_description_text (
    _slot integer not null default 0,
    release_id text,
    format_ordinal integer not null,
    ordinal integer not null,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_format_description_text is
'Rows of release_format_description as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_genre (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    genre text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_genre is
'Rows of release_genre on their way into a merge, a partition a worker.';

create table discogs_stage.release_genre_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    genre text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_genre_text is
'Rows of release_genre as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_style (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    style text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_style is
'Rows of release_style on their way into a merge, a partition a worker.';

create table discogs_stage.release_style_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    style text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_style_text is
'Rows of release_style as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_identifier (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    type text,
    description text,
    value text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_identifier is
'Rows of release_identifier on their way into a merge, a partition a worker.';

create table discogs_stage.release_identifier_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    type text,
    description text,
    value text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_identifier_text is
'Rows of release_identifier as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_video (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    src text,
    duration integer,
    embed boolean,
    title text,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_video is
'Rows of release_video on their way into a merge, a partition a worker.';

create table discogs_stage.release_video_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    src text,
    duration text,
    embed text,
    title text,
    description text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_video_text is
'Rows of release_video as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_company (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    company_id integer,
    name text,
    catno text,
    entity_type text,
    entity_type_name text,
    resource_url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_company is
'Rows of release_company on their way into a merge, a partition a worker.';

create table discogs_stage.release_company_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    company_id text,
    name text,
    catno text,
    entity_type text,
    entity_type_name text,
    resource_url text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_company_text is
'Rows of release_company as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_image (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width integer,
    height integer,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_image is
'Rows of release_image on their way into a merge, a partition a worker.';

create table discogs_stage.release_image_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    type text,
    uri text,
    uri150 text,
    width text,
    height text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_image_text is
'Rows of release_image as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_track (
    _slot integer not null default 0,
    release_id integer not null,
    ordinal integer not null,
    "position" text,
    title text,
    duration text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track is
'Rows of release_track on their way into a merge, a partition a worker.';

create table discogs_stage.release_track_text (
    _slot integer not null default 0,
    release_id text,
    ordinal integer not null,
    "position" text,
    title text,
    duration text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track_text is
'Rows of release_track as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_track_artist (
    _slot integer not null default 0,
    release_id integer not null,
    track_ordinal integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track_artist is
'Rows of release_track_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_track_artist_text (
    _slot integer not null default 0,
    release_id text,
    track_ordinal integer not null,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track_artist_text is
'Rows of release_track_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_track_extra_artist (
    _slot integer not null default 0,
    release_id integer not null,
    track_ordinal integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track_extra_artist is
'Rows of release_track_extra_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_track_extra_artist_text (
    _slot integer not null default 0,
    release_id text,
    track_ordinal integer not null,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_track_extra_artist_text is
'Rows of release_track_extra_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_sub_track (
    _slot integer not null default 0,
    release_id integer not null,
    track_ordinal integer not null,
    ordinal integer not null,
    "position" text,
    title text,
    duration text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track is
'Rows of release_sub_track on their way into a merge, a partition a worker.';

create table discogs_stage.release_sub_track_text (
    _slot integer not null default 0,
    release_id text,
    track_ordinal integer not null,
    ordinal integer not null,
    "position" text,
    title text,
    duration text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track_text is
'Rows of release_sub_track as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_sub_track_artist (
    _slot integer not null default 0,
    release_id integer not null,
    track_ordinal integer not null,
    sub_track_ordinal integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track_artist is
'Rows of release_sub_track_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_sub_track_artist_text (
    _slot integer not null default 0,
    release_id text,
    track_ordinal integer not null,
    sub_track_ordinal integer not null,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track_artist_text is
'Rows of release_sub_track_artist as text, before loader.stage_chunk judges them.';

create table discogs_stage.release_sub_track_extra_artist (
    _slot integer not null default 0,
    release_id integer not null,
    track_ordinal integer not null,
    sub_track_ordinal integer not null,
    ordinal integer not null,
    artist_id integer,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track_extra_artist is
'Rows of release_sub_track_extra_artist on their way into a merge, a partition a worker.';

create table discogs_stage.release_sub_track_extra_artist_text (
    _slot integer not null default 0,
    release_id text,
    track_ordinal integer not null,
    sub_track_ordinal integer not null,
    ordinal integer not null,
    artist_id text,
    name text,
    anv text,
    "join" text,
    role text,
    tracks text,
    _rec bigint not null
) partition by list (_slot);
comment on table discogs_stage.release_sub_track_extra_artist_text is
'Rows of release_sub_track_extra_artist as text, before loader.stage_chunk judges them.';

create table if not exists discogs_stage.artist_seen (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table discogs_stage.artist_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column discogs_stage.artist_seen.chunk_id is
'Chunk that read them.';
comment on column discogs_stage.artist_seen.id is
'Keys, by record number.';
comment on column discogs_stage.artist_seen.record is
'Numbers of the records in their source, ascending.';
comment on column discogs_stage.artist_seen.outcome is
'A letter a record.';

create table discogs_stage.artist_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table discogs_stage.artist_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column discogs_stage.artist_before.load_id is
'The merge.';
comment on column discogs_stage.artist_before.id is
'Key of the row.';
comment on column discogs_stage.artist_before.hash is
'Hash that the row had.';

create table if not exists discogs_stage.label_seen (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table discogs_stage.label_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column discogs_stage.label_seen.chunk_id is
'Chunk that read them.';
comment on column discogs_stage.label_seen.id is
'Keys, by record number.';
comment on column discogs_stage.label_seen.record is
'Numbers of the records in their source, ascending.';
comment on column discogs_stage.label_seen.outcome is
'A letter a record.';

create table discogs_stage.label_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table discogs_stage.label_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column discogs_stage.label_before.load_id is
'The merge.';
comment on column discogs_stage.label_before.id is
'Key of the row.';
comment on column discogs_stage.label_before.hash is
'Hash that the row had.';

create table if not exists discogs_stage.master_seen (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table discogs_stage.master_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column discogs_stage.master_seen.chunk_id is
'Chunk that read them.';
comment on column discogs_stage.master_seen.id is
'Keys, by record number.';
comment on column discogs_stage.master_seen.record is
'Numbers of the records in their source, ascending.';
comment on column discogs_stage.master_seen.outcome is
'A letter a record.';

create table discogs_stage.master_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table discogs_stage.master_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column discogs_stage.master_before.load_id is
'The merge.';
comment on column discogs_stage.master_before.id is
'Key of the row.';
comment on column discogs_stage.master_before.hash is
'Hash that the row had.';

create table if not exists discogs_stage.release_seen (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table discogs_stage.release_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column discogs_stage.release_seen.chunk_id is
'Chunk that read them.';
comment on column discogs_stage.release_seen.id is
'Keys, by record number.';
comment on column discogs_stage.release_seen.record is
'Numbers of the records in their source, ascending.';
comment on column discogs_stage.release_seen.outcome is
'A letter a record.';

create table discogs_stage.release_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table discogs_stage.release_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column discogs_stage.release_before.load_id is
'The merge.';
comment on column discogs_stage.release_before.id is
'Key of the row.';
comment on column discogs_stage.release_before.hash is
'Hash that the row had.';

select loader.comment_staging('discogs_stage');

-- sql/procedures/create_target.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.create_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables of discogs that are not there yet, with keys, indexes and comments.
begin
    create schema if not exists discogs;
    if to_regclass('discogs.artist') is null then
    create table discogs.artist (
        id integer not null,
        name text,
        realname text,
        profile text,
        data_quality text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint artist_pkey
            primary key (id)
    );

    comment on table discogs.artist is
    'A person, group or alias that releases or is credited';
    comment on column discogs.artist.id is
    'Discogs number of the artist';
    comment on column discogs.artist.name is
    'Name, unique by a number in parentheses where needed';
    comment on column discogs.artist.realname is
    'Real name of the person';
    comment on column discogs.artist.profile is
    'Description, in Discogs markup';
    comment on column discogs.artist.data_quality is
    'State of review by the contributors';
    comment on column discogs.artist._source is
    'loader.source that the row came from';
    comment on column discogs.artist._record is
    'Number of the record in its source, from 1';
    comment on column discogs.artist._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    end if;
    if to_regclass('discogs.artist_url') is null then
    create table discogs.artist_url (
        artist_id integer not null,
        ordinal integer not null,
        url text,
        constraint artist_url_pkey
            primary key (artist_id, ordinal)
    );

    comment on table discogs.artist_url is
    'Web pages of an artist';
    comment on column discogs.artist_url.artist_id is
    'Key of artist';
    comment on column discogs.artist_url.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_url.url is
    'Address';
    end if;
    if to_regclass('discogs.artist_name_variation') is null then
    create table discogs.artist_name_variation (
        artist_id integer not null,
        ordinal integer not null,
        name text,
        constraint artist_name_variation_pkey
            primary key (artist_id, ordinal)
    );

    comment on table discogs.artist_name_variation is
    'Spellings of an artist''s name';
    comment on column discogs.artist_name_variation.artist_id is
    'Key of artist';
    comment on column discogs.artist_name_variation.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_name_variation.name is
    'The name as found on releases';
    end if;
    if to_regclass('discogs.artist_alias') is null then
    create table discogs.artist_alias (
        artist_id integer not null,
        ordinal integer not null,
        alias_id integer,
        name text,
        constraint artist_alias_pkey
            primary key (artist_id, ordinal)
    );

    create index artist_alias_alias_id_idx on discogs.artist_alias
    using btree (
        alias_id
    );
    comment on index discogs.artist_alias_alias_id_idx is
    'Made by the mapping. Serves searches by alias_id';
    comment on table discogs.artist_alias is
    'Other identities of the same artist';
    comment on column discogs.artist_alias.artist_id is
    'Key of artist';
    comment on column discogs.artist_alias.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_alias.alias_id is
    'The other artist';
    comment on column discogs.artist_alias.name is
    'Name of the other artist';
    end if;
    if to_regclass('discogs.artist_member') is null then
    create table discogs.artist_member (
        artist_id integer not null,
        ordinal integer not null,
        member_id integer,
        name text,
        constraint artist_member_pkey
            primary key (artist_id, ordinal)
    );

    create index artist_member_member_id_idx on discogs.artist_member
    using btree (
        member_id
    );
    comment on index discogs.artist_member_member_id_idx is
    'Made by the mapping. Serves searches by member_id';
    comment on table discogs.artist_member is
    'Members of a group';
    comment on column discogs.artist_member.artist_id is
    'Key of artist';
    comment on column discogs.artist_member.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_member.member_id is
    'The artist that is a member';
    comment on column discogs.artist_member.name is
    'Name of the member';
    end if;
    if to_regclass('discogs.artist_group') is null then
    create table discogs.artist_group (
        artist_id integer not null,
        ordinal integer not null,
        group_id integer,
        name text,
        constraint artist_group_pkey
            primary key (artist_id, ordinal)
    );

    create index artist_group_group_id_idx on discogs.artist_group
    using btree (
        group_id
    );
    comment on index discogs.artist_group_group_id_idx is
    'Made by the mapping. Serves searches by group_id';
    comment on table discogs.artist_group is
    'Groups that an artist belongs to';
    comment on column discogs.artist_group.artist_id is
    'Key of artist';
    comment on column discogs.artist_group.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_group.group_id is
    'The group';
    comment on column discogs.artist_group.name is
    'Name of the group';
    end if;
    if to_regclass('discogs.artist_image') is null then
    create table discogs.artist_image (
        artist_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        constraint artist_image_pkey
            primary key (artist_id, ordinal)
    );

    comment on table discogs.artist_image is
    'Pictures of an artist; none since 2024-12';
    comment on column discogs.artist_image.artist_id is
    'Key of artist';
    comment on column discogs.artist_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.artist_image.type is
    'primary or secondary';
    comment on column discogs.artist_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs.artist_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs.artist_image.width is
    'Width in pixels';
    comment on column discogs.artist_image.height is
    'Height in pixels';
    end if;
    if to_regclass('discogs.label') is null then
    create table discogs.label (
        id integer not null,
        name text,
        contactinfo text,
        profile text,
        data_quality text,
        parent_label_id integer,
        parent_label text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint label_pkey
            primary key (id)
    );

    create index label_parent_label_id_idx on discogs.label
    using btree (
        parent_label_id
    );
    comment on index discogs.label_parent_label_id_idx is
    'Made by the mapping. Serves searches by parent_label_id';
    comment on table discogs.label is
    'A label, series, company or place, everything that publishes or does work on a release';
    comment on column discogs.label.id is
    'Discogs number of the label';
    comment on column discogs.label.name is
    'Name, unique by a number in parentheses where needed';
    comment on column discogs.label.contactinfo is
    'Addresses as text';
    comment on column discogs.label.profile is
    'Description, in Discogs markup';
    comment on column discogs.label.data_quality is
    'State of review by the contributors';
    comment on column discogs.label.parent_label_id is
    'The label it belongs to';
    comment on column discogs.label.parent_label is
    'Name of the label it belongs to';
    comment on column discogs.label._source is
    'loader.source that the row came from';
    comment on column discogs.label._record is
    'Number of the record in its source, from 1';
    comment on column discogs.label._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    end if;
    if to_regclass('discogs.label_url') is null then
    create table discogs.label_url (
        label_id integer not null,
        ordinal integer not null,
        url text,
        constraint label_url_pkey
            primary key (label_id, ordinal)
    );

    comment on table discogs.label_url is
    'Web pages of a label';
    comment on column discogs.label_url.label_id is
    'Key of label';
    comment on column discogs.label_url.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.label_url.url is
    'Address';
    end if;
    if to_regclass('discogs.label_sublabel') is null then
    create table discogs.label_sublabel (
        label_id integer not null,
        ordinal integer not null,
        sublabel_id integer,
        name text,
        constraint label_sublabel_pkey
            primary key (label_id, ordinal)
    );

    create index label_sublabel_sublabel_id_idx on discogs.label_sublabel
    using btree (
        sublabel_id
    );
    comment on index discogs.label_sublabel_sublabel_id_idx is
    'Made by the mapping. Serves searches by sublabel_id';
    comment on table discogs.label_sublabel is
    'Labels that belong to a label';
    comment on column discogs.label_sublabel.label_id is
    'Key of label';
    comment on column discogs.label_sublabel.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.label_sublabel.sublabel_id is
    'The label below; NULL where the dump leaves it bare';
    comment on column discogs.label_sublabel.name is
    'Name of the label below; empty where the dump leaves it bare';
    end if;
    if to_regclass('discogs.label_image') is null then
    create table discogs.label_image (
        label_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        constraint label_image_pkey
            primary key (label_id, ordinal)
    );

    comment on table discogs.label_image is
    'Pictures of a label; none since 2024-12';
    comment on column discogs.label_image.label_id is
    'Key of label';
    comment on column discogs.label_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.label_image.type is
    'primary or secondary';
    comment on column discogs.label_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs.label_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs.label_image.width is
    'Width in pixels';
    comment on column discogs.label_image.height is
    'Height in pixels';
    end if;
    if to_regclass('discogs.master') is null then
    create table discogs.master (
        id integer not null,
        main_release_id integer,
        notes text,
        year integer,
        title text,
        data_quality text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint master_pkey
            primary key (id)
    );

    create index master_main_release_id_idx on discogs.master
    using btree (
        main_release_id
    );
    comment on index discogs.master_main_release_id_idx is
    'Made by the mapping. Serves searches by main_release_id';
    comment on table discogs.master is
    'A work, which gathers its releases';
    comment on column discogs.master.id is
    'Discogs number of the master';
    comment on column discogs.master.main_release_id is
    'The release that stands for the master';
    comment on column discogs.master.notes is
    'Remarks of the contributors';
    comment on column discogs.master.year is
    'Year of the first release; 0 when unknown';
    comment on column discogs.master.title is
    'Title';
    comment on column discogs.master.data_quality is
    'State of review by the contributors';
    comment on column discogs.master._source is
    'loader.source that the row came from';
    comment on column discogs.master._record is
    'Number of the record in its source, from 1';
    comment on column discogs.master._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    end if;
    if to_regclass('discogs.master_artist') is null then
    create table discogs.master_artist (
        master_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint master_artist_pkey
            primary key (master_id, ordinal)
    );

    create index master_artist_artist_id_idx on discogs.master_artist
    using btree (
        artist_id
    );
    comment on index discogs.master_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.master_artist is
    'Artists of a master';
    comment on column discogs.master_artist.master_id is
    'Key of master';
    comment on column discogs.master_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.master_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.master_artist.name is
    'Name of the artist';
    comment on column discogs.master_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.master_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.master_artist.role is
    'What the artist did';
    comment on column discogs.master_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.master_genre') is null then
    create table discogs.master_genre (
        master_id integer not null,
        ordinal integer not null,
        genre text,
        constraint master_genre_pkey
            primary key (master_id, ordinal)
    );

    comment on table discogs.master_genre is
    'Genres of a master';
    comment on column discogs.master_genre.master_id is
    'Key of master';
    comment on column discogs.master_genre.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.master_genre.genre is
    'Genre, from a list of some fifteen';
    end if;
    if to_regclass('discogs.master_style') is null then
    create table discogs.master_style (
        master_id integer not null,
        ordinal integer not null,
        style text,
        constraint master_style_pkey
            primary key (master_id, ordinal)
    );

    comment on table discogs.master_style is
    'Styles of a master';
    comment on column discogs.master_style.master_id is
    'Key of master';
    comment on column discogs.master_style.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.master_style.style is
    'Style, from a list of some hundreds';
    end if;
    if to_regclass('discogs.master_video') is null then
    create table discogs.master_video (
        master_id integer not null,
        ordinal integer not null,
        src text,
        duration integer,
        embed boolean,
        title text,
        description text,
        constraint master_video_pkey
            primary key (master_id, ordinal)
    );

    comment on table discogs.master_video is
    'Videos of a master';
    comment on column discogs.master_video.master_id is
    'Key of master';
    comment on column discogs.master_video.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.master_video.src is
    'Address of the video';
    comment on column discogs.master_video.duration is
    'Length in seconds';
    comment on column discogs.master_video.embed is
    'Whether the video may be embedded';
    comment on column discogs.master_video.title is
    'Title given by the video''s site';
    comment on column discogs.master_video.description is
    'Description given by the video''s site';
    end if;
    if to_regclass('discogs.master_image') is null then
    create table discogs.master_image (
        master_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        constraint master_image_pkey
            primary key (master_id, ordinal)
    );

    comment on table discogs.master_image is
    'Pictures of a master; none since 2024-12';
    comment on column discogs.master_image.master_id is
    'Key of master';
    comment on column discogs.master_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.master_image.type is
    'primary or secondary';
    comment on column discogs.master_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs.master_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs.master_image.width is
    'Width in pixels';
    comment on column discogs.master_image.height is
    'Height in pixels';
    end if;
    if to_regclass('discogs.release') is null then
    create table discogs.release (
        id integer not null,
        status text,
        title text,
        country text,
        released text,
        notes text,
        data_quality text,
        master_id integer,
        is_main_release boolean,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint release_pkey
            primary key (id)
    );

    create index release_master_id_idx on discogs.release
    using btree (
        master_id
    );
    comment on index discogs.release_master_id_idx is
    'Made by the mapping. Serves searches by master_id';
    comment on table discogs.release is
    'An object that was published, as one pressing of a record';
    comment on column discogs.release.id is
    'Discogs number of the release';
    comment on column discogs.release.status is
    'State of the entry, as Accepted';
    comment on column discogs.release.title is
    'Title';
    comment on column discogs.release.country is
    'Country or region of publication';
    comment on column discogs.release.released is
    'Date as text, as precise as known: 1999, 1999-03-00, 1999-03-15';
    comment on column discogs.release.notes is
    'Remarks of the contributors';
    comment on column discogs.release.data_quality is
    'State of review by the contributors';
    comment on column discogs.release.master_id is
    'The master; NULL when it has none';
    comment on column discogs.release.is_main_release is
    'Whether it stands for its master';
    comment on column discogs.release._source is
    'loader.source that the row came from';
    comment on column discogs.release._record is
    'Number of the record in its source, from 1';
    comment on column discogs.release._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    end if;
    if to_regclass('discogs.release_artist') is null then
    create table discogs.release_artist (
        release_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_artist_pkey
            primary key (release_id, ordinal)
    );

    create index release_artist_artist_id_idx on discogs.release_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_artist is
    'Artists of a release';
    comment on column discogs.release_artist.release_id is
    'Key of release';
    comment on column discogs.release_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_artist.name is
    'Name of the artist';
    comment on column discogs.release_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_artist.role is
    'What the artist did';
    comment on column discogs.release_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.release_extra_artist') is null then
    create table discogs.release_extra_artist (
        release_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_extra_artist_pkey
            primary key (release_id, ordinal)
    );

    create index release_extra_artist_artist_id_idx on discogs.release_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_extra_artist is
    'Credits of a release, as producer or photographer';
    comment on column discogs.release_extra_artist.release_id is
    'Key of release';
    comment on column discogs.release_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_extra_artist.name is
    'Name of the artist';
    comment on column discogs.release_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_extra_artist.role is
    'What the artist did';
    comment on column discogs.release_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.release_label') is null then
    create table discogs.release_label (
        release_id integer not null,
        ordinal integer not null,
        label_id integer,
        name text,
        catno text,
        constraint release_label_pkey
            primary key (release_id, ordinal)
    );

    create index release_label_label_id_idx on discogs.release_label
    using btree (
        label_id
    );
    comment on index discogs.release_label_label_id_idx is
    'Made by the mapping. Serves searches by label_id';
    comment on table discogs.release_label is
    'Labels of a release';
    comment on column discogs.release_label.release_id is
    'Key of release';
    comment on column discogs.release_label.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_label.label_id is
    'The label';
    comment on column discogs.release_label.name is
    'Name of the label';
    comment on column discogs.release_label.catno is
    'Catalogue number, as printed';
    end if;
    if to_regclass('discogs.release_series') is null then
    create table discogs.release_series (
        release_id integer not null,
        ordinal integer not null,
        series_id integer,
        name text,
        catno text,
        constraint release_series_pkey
            primary key (release_id, ordinal)
    );

    create index release_series_series_id_idx on discogs.release_series
    using btree (
        series_id
    );
    comment on index discogs.release_series_series_id_idx is
    'Made by the mapping. Serves searches by series_id';
    comment on table discogs.release_series is
    'Series that a release belongs to; series are labels';
    comment on column discogs.release_series.release_id is
    'Key of release';
    comment on column discogs.release_series.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_series.series_id is
    'The series, a label';
    comment on column discogs.release_series.name is
    'Name of the series';
    comment on column discogs.release_series.catno is
    'Number in the series, as printed';
    end if;
    if to_regclass('discogs.release_format') is null then
    create table discogs.release_format (
        release_id integer not null,
        ordinal integer not null,
        name text,
        qty text,
        text text,
        constraint release_format_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_format is
    'Physical or digital formats of a release';
    comment on column discogs.release_format.release_id is
    'Key of release';
    comment on column discogs.release_format.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_format.name is
    'Format, as Vinyl';
    comment on column discogs.release_format.qty is
    'Number of pieces, as text: values up to 10^63 occur';
    comment on column discogs.release_format.text is
    'Free text, as the colour of the vinyl';
    end if;
    if to_regclass('discogs.release_format_description') is null then
    create table discogs.release_format_description (
        release_id integer not null,
        format_ordinal integer not null,
        ordinal integer not null,
        description text,
        constraint release_format_description_pkey
            primary key (release_id, format_ordinal, ordinal)
    );

    comment on table discogs.release_format_description is
    'What describes a format further';
    comment on column discogs.release_format_description.release_id is
    'Key of release';
    comment on column discogs.release_format_description.format_ordinal is
    'Place of the format it belongs to, from 1';
    comment on column discogs.release_format_description.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_format_description.description is
    'Size, speed or kind, as 12" or Album';
    end if;
    if to_regclass('discogs.release_genre') is null then
    create table discogs.release_genre (
        release_id integer not null,
        ordinal integer not null,
        genre text,
        constraint release_genre_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_genre is
    'Genres of a release';
    comment on column discogs.release_genre.release_id is
    'Key of release';
    comment on column discogs.release_genre.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_genre.genre is
    'Genre, from a list of some fifteen';
    end if;
    if to_regclass('discogs.release_style') is null then
    create table discogs.release_style (
        release_id integer not null,
        ordinal integer not null,
        style text,
        constraint release_style_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_style is
    'Styles of a release';
    comment on column discogs.release_style.release_id is
    'Key of release';
    comment on column discogs.release_style.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_style.style is
    'Style, from a list of some hundreds';
    end if;
    if to_regclass('discogs.release_identifier') is null then
    create table discogs.release_identifier (
        release_id integer not null,
        ordinal integer not null,
        type text,
        description text,
        value text,
        constraint release_identifier_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_identifier is
    'Barcodes, matrix numbers and other identifiers of a release';
    comment on column discogs.release_identifier.release_id is
    'Key of release';
    comment on column discogs.release_identifier.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_identifier.type is
    'Kind of the identifier, as Barcode';
    comment on column discogs.release_identifier.description is
    'Where it stands, as A-Side Runout';
    comment on column discogs.release_identifier.value is
    'The identifier as printed';
    end if;
    if to_regclass('discogs.release_video') is null then
    create table discogs.release_video (
        release_id integer not null,
        ordinal integer not null,
        src text,
        duration integer,
        embed boolean,
        title text,
        description text,
        constraint release_video_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_video is
    'Videos of a release';
    comment on column discogs.release_video.release_id is
    'Key of release';
    comment on column discogs.release_video.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_video.src is
    'Address of the video';
    comment on column discogs.release_video.duration is
    'Length in seconds';
    comment on column discogs.release_video.embed is
    'Whether the video may be embedded';
    comment on column discogs.release_video.title is
    'Title given by the video''s site';
    comment on column discogs.release_video.description is
    'Description given by the video''s site';
    end if;
    if to_regclass('discogs.release_company') is null then
    create table discogs.release_company (
        release_id integer not null,
        ordinal integer not null,
        company_id integer,
        name text,
        catno text,
        entity_type text,
        entity_type_name text,
        resource_url text,
        constraint release_company_pkey
            primary key (release_id, ordinal)
    );

    create index release_company_company_id_idx on discogs.release_company
    using btree (
        company_id
    );
    comment on index discogs.release_company_company_id_idx is
    'Made by the mapping. Serves searches by company_id';
    comment on table discogs.release_company is
    'Companies of a release, as pressing plants, studios, publishers; companies are labels';
    comment on column discogs.release_company.release_id is
    'Key of release';
    comment on column discogs.release_company.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_company.company_id is
    'The company, a label';
    comment on column discogs.release_company.name is
    'Name of the company';
    comment on column discogs.release_company.catno is
    'The company''s own number for the release';
    comment on column discogs.release_company.entity_type is
    'Number of the company''s part in the release';
    comment on column discogs.release_company.entity_type_name is
    'The company''s part in the release, as Pressed By';
    comment on column discogs.release_company.resource_url is
    'Address of the company in the API; left out of current dumps';
    end if;
    if to_regclass('discogs.release_image') is null then
    create table discogs.release_image (
        release_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        constraint release_image_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_image is
    'Pictures of a release; none since 2024-12';
    comment on column discogs.release_image.release_id is
    'Key of release';
    comment on column discogs.release_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_image.type is
    'primary or secondary';
    comment on column discogs.release_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs.release_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs.release_image.width is
    'Width in pixels';
    comment on column discogs.release_image.height is
    'Height in pixels';
    end if;
    if to_regclass('discogs.release_track') is null then
    create table discogs.release_track (
        release_id integer not null,
        ordinal integer not null,
        "position" text,
        title text,
        duration text,
        constraint release_track_pkey
            primary key (release_id, ordinal)
    );

    comment on table discogs.release_track is
    'Tracks of a release, headings and index tracks included';
    comment on column discogs.release_track.release_id is
    'Key of release';
    comment on column discogs.release_track.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_track."position" is
    'Position as printed, as ''A1''; empty for headings';
    comment on column discogs.release_track.title is
    'Title';
    comment on column discogs.release_track.duration is
    'Length as printed, as ''4:45''';
    end if;
    if to_regclass('discogs.release_track_artist') is null then
    create table discogs.release_track_artist (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_track_artist_pkey
            primary key (release_id, track_ordinal, ordinal)
    );

    create index release_track_artist_artist_id_idx on discogs.release_track_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_track_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_track_artist is
    'Artists of a track';
    comment on column discogs.release_track_artist.release_id is
    'Key of release';
    comment on column discogs.release_track_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs.release_track_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_track_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_track_artist.name is
    'Name of the artist';
    comment on column discogs.release_track_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_track_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_track_artist.role is
    'What the artist did';
    comment on column discogs.release_track_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.release_track_extra_artist') is null then
    create table discogs.release_track_extra_artist (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_track_extra_artist_pkey
            primary key (release_id, track_ordinal, ordinal)
    );

    create index release_track_extra_artist_artist_id_idx on discogs.release_track_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_track_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_track_extra_artist is
    'Credits of a track';
    comment on column discogs.release_track_extra_artist.release_id is
    'Key of release';
    comment on column discogs.release_track_extra_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs.release_track_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_track_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_track_extra_artist.name is
    'Name of the artist';
    comment on column discogs.release_track_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_track_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_track_extra_artist.role is
    'What the artist did';
    comment on column discogs.release_track_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.release_sub_track') is null then
    create table discogs.release_sub_track (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        "position" text,
        title text,
        duration text,
        constraint release_sub_track_pkey
            primary key (release_id, track_ordinal, ordinal)
    );

    comment on table discogs.release_sub_track is
    'Parts of an index track';
    comment on column discogs.release_sub_track.release_id is
    'Key of release';
    comment on column discogs.release_sub_track.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs.release_sub_track.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_sub_track."position" is
    'Position as printed, as ''A1''; empty for headings';
    comment on column discogs.release_sub_track.title is
    'Title';
    comment on column discogs.release_sub_track.duration is
    'Length as printed, as ''4:45''';
    end if;
    if to_regclass('discogs.release_sub_track_artist') is null then
    create table discogs.release_sub_track_artist (
        release_id integer not null,
        track_ordinal integer not null,
        sub_track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_sub_track_artist_pkey
            primary key (release_id, track_ordinal, sub_track_ordinal, ordinal)
    );

    create index release_sub_track_artist_artist_id_idx on discogs.release_sub_track_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_sub_track_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_sub_track_artist is
    'Artists of a sub-track';
    comment on column discogs.release_sub_track_artist.release_id is
    'Key of release';
    comment on column discogs.release_sub_track_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs.release_sub_track_artist.sub_track_ordinal is
    'Place of the sub track it belongs to, from 1';
    comment on column discogs.release_sub_track_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_sub_track_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_sub_track_artist.name is
    'Name of the artist';
    comment on column discogs.release_sub_track_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_sub_track_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_sub_track_artist.role is
    'What the artist did';
    comment on column discogs.release_sub_track_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    if to_regclass('discogs.release_sub_track_extra_artist') is null then
    create table discogs.release_sub_track_extra_artist (
        release_id integer not null,
        track_ordinal integer not null,
        sub_track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        constraint release_sub_track_extra_artist_pkey
            primary key (release_id, track_ordinal, sub_track_ordinal, ordinal)
    );

    create index release_sub_track_extra_artist_artist_id_idx on discogs.release_sub_track_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs.release_sub_track_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs.release_sub_track_extra_artist is
    'Credits of a sub-track';
    comment on column discogs.release_sub_track_extra_artist.release_id is
    'Key of release';
    comment on column discogs.release_sub_track_extra_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs.release_sub_track_extra_artist.sub_track_ordinal is
    'Place of the sub track it belongs to, from 1';
    comment on column discogs.release_sub_track_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs.release_sub_track_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs.release_sub_track_extra_artist.name is
    'Name of the artist';
    comment on column discogs.release_sub_track_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs.release_sub_track_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs.release_sub_track_extra_artist.role is
    'What the artist did';
    comment on column discogs.release_sub_track_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    end if;
    comment on schema discogs is
    'The monthly data dumps of Discogs';
end
$$;
comment on procedure discogs_stage.create_target() is
'Makes the tables of discogs that are not there yet.';

-- sql/procedures/create_build.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.create_build(p_epoch bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Makes the build schema anew: unlogged tables without keys, and the canary that tells whether a server crash has
-- emptied them. What else somebody has put into the schema makes this fail: nothing is dropped with cascade.
begin
    perform loader.drop_relations(array(
        select c.oid from pg_class as c
        where c.relnamespace = to_regnamespace('discogs_build') and c.relkind in ('r', 'm')
    ));
    create schema if not exists discogs_build;
    comment on schema discogs_build is 'The next version of discogs while a replace runs.';
    create unlogged table discogs_build._canary as select p_epoch as epoch;
    comment on table discogs_build._canary is
    'Holds the epoch of the build; empty after a server crash, as the build is.';
    comment on column discogs_build._canary.epoch is
    'loader.load.epoch of the load that builds.';
    create unlogged table discogs_build.artist (
        id integer not null,
        name text,
        realname text,
        profile text,
        data_quality text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table discogs_build.artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_url (
        artist_id integer not null,
        ordinal integer not null,
        url text,
        _rec bigint not null
    );
    alter table discogs_build.artist_url set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_name_variation (
        artist_id integer not null,
        ordinal integer not null,
        name text,
        _rec bigint not null
    );
    alter table discogs_build.artist_name_variation set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_alias (
        artist_id integer not null,
        ordinal integer not null,
        alias_id integer,
        name text,
        _rec bigint not null
    );
    alter table discogs_build.artist_alias set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_member (
        artist_id integer not null,
        ordinal integer not null,
        member_id integer,
        name text,
        _rec bigint not null
    );
    alter table discogs_build.artist_member set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_group (
        artist_id integer not null,
        ordinal integer not null,
        group_id integer,
        name text,
        _rec bigint not null
    );
    alter table discogs_build.artist_group set (autovacuum_enabled = false);
    create unlogged table discogs_build.artist_image (
        artist_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        _rec bigint not null
    );
    alter table discogs_build.artist_image set (autovacuum_enabled = false);
    create unlogged table discogs_build.label (
        id integer not null,
        name text,
        contactinfo text,
        profile text,
        data_quality text,
        parent_label_id integer,
        parent_label text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table discogs_build.label set (autovacuum_enabled = false);
    create unlogged table discogs_build.label_url (
        label_id integer not null,
        ordinal integer not null,
        url text,
        _rec bigint not null
    );
    alter table discogs_build.label_url set (autovacuum_enabled = false);
    create unlogged table discogs_build.label_sublabel (
        label_id integer not null,
        ordinal integer not null,
        sublabel_id integer,
        name text,
        _rec bigint not null
    );
    alter table discogs_build.label_sublabel set (autovacuum_enabled = false);
    create unlogged table discogs_build.label_image (
        label_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        _rec bigint not null
    );
    alter table discogs_build.label_image set (autovacuum_enabled = false);
    create unlogged table discogs_build.master (
        id integer not null,
        main_release_id integer,
        notes text,
        year integer,
        title text,
        data_quality text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table discogs_build.master set (autovacuum_enabled = false);
    create unlogged table discogs_build.master_artist (
        master_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.master_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.master_genre (
        master_id integer not null,
        ordinal integer not null,
        genre text,
        _rec bigint not null
    );
    alter table discogs_build.master_genre set (autovacuum_enabled = false);
    create unlogged table discogs_build.master_style (
        master_id integer not null,
        ordinal integer not null,
        style text,
        _rec bigint not null
    );
    alter table discogs_build.master_style set (autovacuum_enabled = false);
    create unlogged table discogs_build.master_video (
        master_id integer not null,
        ordinal integer not null,
        src text,
        duration integer,
        embed boolean,
        title text,
        description text,
        _rec bigint not null
    );
    alter table discogs_build.master_video set (autovacuum_enabled = false);
    create unlogged table discogs_build.master_image (
        master_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        _rec bigint not null
    );
    alter table discogs_build.master_image set (autovacuum_enabled = false);
    create unlogged table discogs_build.release (
        id integer not null,
        status text,
        title text,
        country text,
        released text,
        notes text,
        data_quality text,
        master_id integer,
        is_main_release boolean,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table discogs_build.release set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_artist (
        release_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_extra_artist (
        release_id integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_extra_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_label (
        release_id integer not null,
        ordinal integer not null,
        label_id integer,
        name text,
        catno text,
        _rec bigint not null
    );
    alter table discogs_build.release_label set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_series (
        release_id integer not null,
        ordinal integer not null,
        series_id integer,
        name text,
        catno text,
        _rec bigint not null
    );
    alter table discogs_build.release_series set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_format (
        release_id integer not null,
        ordinal integer not null,
        name text,
        qty text,
        text text,
        _rec bigint not null
    );
    alter table discogs_build.release_format set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_format_description (
        release_id integer not null,
        format_ordinal integer not null,
        ordinal integer not null,
        description text,
        _rec bigint not null
    );
    alter table discogs_build.release_format_description set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_genre (
        release_id integer not null,
        ordinal integer not null,
        genre text,
        _rec bigint not null
    );
    alter table discogs_build.release_genre set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_style (
        release_id integer not null,
        ordinal integer not null,
        style text,
        _rec bigint not null
    );
    alter table discogs_build.release_style set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_identifier (
        release_id integer not null,
        ordinal integer not null,
        type text,
        description text,
        value text,
        _rec bigint not null
    );
    alter table discogs_build.release_identifier set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_video (
        release_id integer not null,
        ordinal integer not null,
        src text,
        duration integer,
        embed boolean,
        title text,
        description text,
        _rec bigint not null
    );
    alter table discogs_build.release_video set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_company (
        release_id integer not null,
        ordinal integer not null,
        company_id integer,
        name text,
        catno text,
        entity_type text,
        entity_type_name text,
        resource_url text,
        _rec bigint not null
    );
    alter table discogs_build.release_company set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_image (
        release_id integer not null,
        ordinal integer not null,
        type text,
        uri text,
        uri150 text,
        width integer,
        height integer,
        _rec bigint not null
    );
    alter table discogs_build.release_image set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_track (
        release_id integer not null,
        ordinal integer not null,
        "position" text,
        title text,
        duration text,
        _rec bigint not null
    );
    alter table discogs_build.release_track set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_track_artist (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_track_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_track_extra_artist (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_track_extra_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_sub_track (
        release_id integer not null,
        track_ordinal integer not null,
        ordinal integer not null,
        "position" text,
        title text,
        duration text,
        _rec bigint not null
    );
    alter table discogs_build.release_sub_track set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_sub_track_artist (
        release_id integer not null,
        track_ordinal integer not null,
        sub_track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_sub_track_artist set (autovacuum_enabled = false);
    create unlogged table discogs_build.release_sub_track_extra_artist (
        release_id integer not null,
        track_ordinal integer not null,
        sub_track_ordinal integer not null,
        ordinal integer not null,
        artist_id integer,
        name text,
        anv text,
        "join" text,
        role text,
        tracks text,
        _rec bigint not null
    );
    alter table discogs_build.release_sub_track_extra_artist set (autovacuum_enabled = false);
end
$$;
comment on procedure discogs_stage.create_build(bigint) is
'Makes the build schema of discogs anew.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_build_artist(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the artist records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._record,
        f.reason,
        'artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_alias',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_alias_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'alias_id', s.alias_id, 'type',
            format('alias_id: %L is not of type integer', left(s.alias_id, 100)),
            not loader.is_integer(s.alias_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_member',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_member_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'member_id', s.member_id, 'type',
            format('member_id: %L is not of type integer', left(s.member_id, 100)),
            not loader.is_integer(s.member_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_group',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_group_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'group_id', s.group_id, 'type',
            format('group_id: %L is not of type integer', left(s.group_id, 100)),
            not loader.is_integer(s.group_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_build.artist (
        id, name, realname, profile, data_quality, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        s.realname,
        s.profile,
        s.data_quality,
        s._source,
        s._record,
        s._hash
    from discogs_stage.artist_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_build.artist_url (
        artist_id, ordinal, url, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.url,
        s._rec
    from discogs_stage.artist_url_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.artist_name_variation (
        artist_id, ordinal, name, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.name,
        s._rec
    from discogs_stage.artist_name_variation_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.artist_alias (
        artist_id, ordinal, alias_id, name, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.alias_id, E' \t\n\r'), '')::integer as alias_id,
        s.name,
        s._rec
    from discogs_stage.artist_alias_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.artist_member (
        artist_id, ordinal, member_id, name, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.member_id, E' \t\n\r'), '')::integer as member_id,
        s.name,
        s._rec
    from discogs_stage.artist_member_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.artist_group (
        artist_id, ordinal, group_id, name, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.group_id, E' \t\n\r'), '')::integer as group_id,
        s.name,
        s._rec
    from discogs_stage.artist_group_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.artist_image (
        artist_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.artist_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_build_artist(bigint, bigint, integer, bigint) is
'Judges the artist records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_merge_artist(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the artist records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._record,
        f.reason,
        'artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_alias',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_alias_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'alias_id', s.alias_id, 'type',
            format('alias_id: %L is not of type integer', left(s.alias_id, 100)),
            not loader.is_integer(s.alias_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_member',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_member_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'member_id', s.member_id, 'type',
            format('member_id: %L is not of type integer', left(s.member_id, 100)),
            not loader.is_integer(s.member_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_group',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_group_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'group_id', s.group_id, 'type',
            format('group_id: %L is not of type integer', left(s.group_id, 100)),
            not loader.is_integer(s.group_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'artist',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'artist_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.artist_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_stage.artist (
        _slot, id, name, realname, profile, data_quality, _source, _record, _hash
    )
    select
        p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        s.realname,
        s.profile,
        s.data_quality,
        s._source,
        s._record,
        s._hash
    from discogs_stage.artist_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_stage.artist_url (
        _slot, artist_id, ordinal, url, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.url,
        s._rec
    from discogs_stage.artist_url_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.artist_name_variation (
        _slot, artist_id, ordinal, name, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.name,
        s._rec
    from discogs_stage.artist_name_variation_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.artist_alias (
        _slot, artist_id, ordinal, alias_id, name, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.alias_id, E' \t\n\r'), '')::integer as alias_id,
        s.name,
        s._rec
    from discogs_stage.artist_alias_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.artist_member (
        _slot, artist_id, ordinal, member_id, name, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.member_id, E' \t\n\r'), '')::integer as member_id,
        s.name,
        s._rec
    from discogs_stage.artist_member_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.artist_group (
        _slot, artist_id, ordinal, group_id, name, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        nullif(btrim(s.group_id, E' \t\n\r'), '')::integer as group_id,
        s.name,
        s._rec
    from discogs_stage.artist_group_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.artist_image (
        _slot, artist_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        p_slot,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.artist_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_merge_artist(bigint, bigint, integer, bigint) is
'Judges the artist records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.changed_artist(
    p_first bigint,
    p_hash uuid[],
    p_1 integer[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of discogs.artist that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from discogs.artist as t
        where t.id = u.id
    ) is not true;
    return v_places;
end
$$;
comment on function discogs_stage.changed_artist(
    bigint, uuid[], integer[]
) is
'Places of the records that are not the same as the artist that has their key.';

-- sql/procedures/merge_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.merge_artist(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the artist records staged in a slot into discogs: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 integer[] := p_same[2]::integer[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 integer[];
    v_updated_1 integer[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from discogs_stage.artist as s
            where s._slot = p_slot
            union all
            select u.id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from discogs.artist as t
        where
            t.id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a artist of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from discogs_stage.artist as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from discogs_stage.artist_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into discogs_stage.artist_seen (
            chunk_id, id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from discogs_stage.artist_seen as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from discogs_stage.artist as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into discogs_stage.artist_before (load_id, id, hash)
        select
            p_load,
            t.id,
            t._hash
        from discogs_stage.artist as s
        inner join discogs.artist as t on t.id = s.id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into discogs.artist as t (
                id, name, realname, profile, data_quality, _source, _record, _hash
            )
            select
                s.id, s.name, s.realname, s.profile, s.data_quality, s._source, s._record, s._hash
            from discogs_stage.artist as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.id
            on conflict (id) do update set
                name = excluded.name,
                realname = excluded.realname,
                profile = excluded.profile,
                data_quality = excluded.data_quality,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from discogs_stage.artist as s
            where s._slot = p_slot
        );
        begin
            insert into discogs.artist_url (
                artist_id, ordinal, url
            )
            select
                s.artist_id, s.ordinal, s.url
            from discogs_stage.artist_url as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.artist_name_variation (
                artist_id, ordinal, name
            )
            select
                s.artist_id, s.ordinal, s.name
            from discogs_stage.artist_name_variation as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.artist_alias (
                artist_id, ordinal, alias_id, name
            )
            select
                s.artist_id, s.ordinal, s.alias_id, s.name
            from discogs_stage.artist_alias as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.artist_member (
                artist_id, ordinal, member_id, name
            )
            select
                s.artist_id, s.ordinal, s.member_id, s.name
            from discogs_stage.artist_member as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.artist_group (
                artist_id, ordinal, group_id, name
            )
            select
                s.artist_id, s.ordinal, s.group_id, s.name
            from discogs_stage.artist_group as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.artist_image (
                artist_id, ordinal, type, uri, uri150, width, height
            )
            select
                s.artist_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
            from discogs_stage.artist_image as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
                v_updated_1 := v_inserted_1 || v_updated_1;
        end;
    end if;
    if v_updated <> '{}' then
        delete from discogs.artist_url as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_url as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_url as t (
            artist_id, ordinal, url
        )
        select
            s.artist_id, s.ordinal, s.url
        from discogs_stage.artist_url as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            url = excluded.url
        where
            (t.url)
            is distinct from
            (excluded.url);
        delete from discogs.artist_name_variation as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_name_variation as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_name_variation as t (
            artist_id, ordinal, name
        )
        select
            s.artist_id, s.ordinal, s.name
        from discogs_stage.artist_name_variation as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            name = excluded.name
        where
            (t.name)
            is distinct from
            (excluded.name);
        delete from discogs.artist_alias as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_alias as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_alias as t (
            artist_id, ordinal, alias_id, name
        )
        select
            s.artist_id, s.ordinal, s.alias_id, s.name
        from discogs_stage.artist_alias as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            alias_id = excluded.alias_id,
            name = excluded.name
        where
            (t.alias_id, t.name)
            is distinct from
            (excluded.alias_id, excluded.name);
        delete from discogs.artist_member as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_member as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_member as t (
            artist_id, ordinal, member_id, name
        )
        select
            s.artist_id, s.ordinal, s.member_id, s.name
        from discogs_stage.artist_member as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            member_id = excluded.member_id,
            name = excluded.name
        where
            (t.member_id, t.name)
            is distinct from
            (excluded.member_id, excluded.name);
        delete from discogs.artist_group as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_group as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_group as t (
            artist_id, ordinal, group_id, name
        )
        select
            s.artist_id, s.ordinal, s.group_id, s.name
        from discogs_stage.artist_group as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            group_id = excluded.group_id,
            name = excluded.name
        where
            (t.group_id, t.name)
            is distinct from
            (excluded.group_id, excluded.name);
        delete from discogs.artist_image as t
        where
            t.artist_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.artist_image as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.artist_id = t.artist_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.artist_image as t (
            artist_id, ordinal, type, uri, uri150, width, height
        )
        select
            s.artist_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
        from discogs_stage.artist_image as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.artist_id, s.ordinal
        on conflict (artist_id, ordinal) do update set
            type = excluded.type,
            uri = excluded.uri,
            uri150 = excluded.uri150,
            width = excluded.width,
            height = excluded.height
        where
            (t.type, t.uri, t.uri150, t.width, t.height)
            is distinct from
            (excluded.type, excluded.uri, excluded.uri150, excluded.width, excluded.height);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from discogs_stage.artist_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from discogs_stage.artist as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join discogs.artist as t on t.id = s.id
        where s._slot = p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into discogs_stage.artist_seen (
            chunk_id, id, record, outcome
        )
        select
            p_chunk,
            array_agg(j.id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            id = excluded.id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure discogs_stage.merge_artist(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the artist records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.ranked_artist(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id integer,
    record bigint,
    outcome text,
    place_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.id
        from loader.chunk as c
        inner join discogs_stage.artist_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = p_load
        group by u.id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join discogs_stage.artist_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function discogs_stage.ranked_artist(bigint) is
'Versions of artist keys that came more than once in a load, ranked by conflict order.';
create or replace function discogs_stage.overtaken_artist(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from discogs_stage.ranked_artist(p_load) as r
    inner join discogs.artist as t on t.id = r.id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function discogs_stage.overtaken_artist(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a artist key equals.';

-- sql/procedures/settle_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.settle_artist(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of artist keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from discogs_stage.ranked_artist(p_load) as r
        left join discogs.artist as t on t.id = r.id
        left join discogs_stage.artist_before as b
            on b.load_id = p_load and b.id = r.id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from discogs_stage.artist_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from discogs_stage.artist_before as b where b.load_id = p_load;
end
$$;
comment on procedure discogs_stage.settle_artist(bigint, bigint) is
'Corrects the counts of artist keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.resolve_artist(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a artist but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
begin
    with twice as (
        select r.id
        from discogs_build.artist as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from discogs_build.artist as r
        inner join twice as w on w.id = r.id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from discogs_build.artist as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    delete from discogs_build.artist_url as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.artist_name_variation as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.artist_alias as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.artist_member as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.artist_group as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.artist_image as t
    where t._rec in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure discogs_stage.resolve_artist(bigint) is
'Removes from the build every version of a artist but the winner.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_build_label(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the label records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._record,
        f.reason,
        'label',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'parent_label_id', s.parent_label_id, 'type',
            format('parent_label_id: %L is not of type integer', left(s.parent_label_id, 100)),
            not loader.is_integer(s.parent_label_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'label_sublabel',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_sublabel_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'sublabel_id', s.sublabel_id, 'type',
            format('sublabel_id: %L is not of type integer', left(s.sublabel_id, 100)),
            not loader.is_integer(s.sublabel_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'label_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_build.label (
        id, name, contactinfo, profile, data_quality, parent_label_id, parent_label, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        s.contactinfo,
        s.profile,
        s.data_quality,
        nullif(btrim(s.parent_label_id, E' \t\n\r'), '')::integer as parent_label_id,
        s.parent_label,
        s._source,
        s._record,
        s._hash
    from discogs_stage.label_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_build.label_url (
        label_id, ordinal, url, _rec
    )
    select
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        s.url,
        s._rec
    from discogs_stage.label_url_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.label_sublabel (
        label_id, ordinal, sublabel_id, name, _rec
    )
    select
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        nullif(btrim(s.sublabel_id, E' \t\n\r'), '')::integer as sublabel_id,
        s.name,
        s._rec
    from discogs_stage.label_sublabel_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.label_image (
        label_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.label_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_build_label(bigint, bigint, integer, bigint) is
'Judges the label records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_merge_label(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the label records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._record,
        f.reason,
        'label',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'parent_label_id', s.parent_label_id, 'type',
            format('parent_label_id: %L is not of type integer', left(s.parent_label_id, 100)),
            not loader.is_integer(s.parent_label_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'label_sublabel',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_sublabel_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'sublabel_id', s.sublabel_id, 'type',
            format('sublabel_id: %L is not of type integer', left(s.sublabel_id, 100)),
            not loader.is_integer(s.sublabel_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'label',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'label_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.label_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_stage.label (
        _slot, id, name, contactinfo, profile, data_quality, parent_label_id, parent_label, _source, _record, _hash
    )
    select
        p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        s.contactinfo,
        s.profile,
        s.data_quality,
        nullif(btrim(s.parent_label_id, E' \t\n\r'), '')::integer as parent_label_id,
        s.parent_label,
        s._source,
        s._record,
        s._hash
    from discogs_stage.label_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_stage.label_url (
        _slot, label_id, ordinal, url, _rec
    )
    select
        p_slot,
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        s.url,
        s._rec
    from discogs_stage.label_url_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.label_sublabel (
        _slot, label_id, ordinal, sublabel_id, name, _rec
    )
    select
        p_slot,
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        nullif(btrim(s.sublabel_id, E' \t\n\r'), '')::integer as sublabel_id,
        s.name,
        s._rec
    from discogs_stage.label_sublabel_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.label_image (
        _slot, label_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        p_slot,
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.label_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_merge_label(bigint, bigint, integer, bigint) is
'Judges the label records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.changed_label(
    p_first bigint,
    p_hash uuid[],
    p_1 integer[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of discogs.label that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from discogs.label as t
        where t.id = u.id
    ) is not true;
    return v_places;
end
$$;
comment on function discogs_stage.changed_label(
    bigint, uuid[], integer[]
) is
'Places of the records that are not the same as the label that has their key.';

-- sql/procedures/merge_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.merge_label(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the label records staged in a slot into discogs: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 integer[] := p_same[2]::integer[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 integer[];
    v_updated_1 integer[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from discogs_stage.label as s
            where s._slot = p_slot
            union all
            select u.id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from discogs.label as t
        where
            t.id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a label of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from discogs_stage.label as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from discogs_stage.label_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into discogs_stage.label_seen (
            chunk_id, id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from discogs_stage.label_seen as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from discogs_stage.label as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into discogs_stage.label_before (load_id, id, hash)
        select
            p_load,
            t.id,
            t._hash
        from discogs_stage.label as s
        inner join discogs.label as t on t.id = s.id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into discogs.label as t (
                id, name, contactinfo, profile, data_quality, parent_label_id, parent_label, _source, _record, _hash
            )
            select
                s.id, s.name, s.contactinfo, s.profile, s.data_quality, s.parent_label_id, s.parent_label, s._source,
                s._record, s._hash
            from discogs_stage.label as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.id
            on conflict (id) do update set
                name = excluded.name,
                contactinfo = excluded.contactinfo,
                profile = excluded.profile,
                data_quality = excluded.data_quality,
                parent_label_id = excluded.parent_label_id,
                parent_label = excluded.parent_label,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from discogs_stage.label as s
            where s._slot = p_slot
        );
        begin
            insert into discogs.label_url (
                label_id, ordinal, url
            )
            select
                s.label_id, s.ordinal, s.url
            from discogs_stage.label_url as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.label_sublabel (
                label_id, ordinal, sublabel_id, name
            )
            select
                s.label_id, s.ordinal, s.sublabel_id, s.name
            from discogs_stage.label_sublabel as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.label_image (
                label_id, ordinal, type, uri, uri150, width, height
            )
            select
                s.label_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
            from discogs_stage.label_image as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
                v_updated_1 := v_inserted_1 || v_updated_1;
        end;
    end if;
    if v_updated <> '{}' then
        delete from discogs.label_url as t
        where
            t.label_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.label_url as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.label_id = t.label_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.label_url as t (
            label_id, ordinal, url
        )
        select
            s.label_id, s.ordinal, s.url
        from discogs_stage.label_url as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.label_id, s.ordinal
        on conflict (label_id, ordinal) do update set
            url = excluded.url
        where
            (t.url)
            is distinct from
            (excluded.url);
        delete from discogs.label_sublabel as t
        where
            t.label_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.label_sublabel as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.label_id = t.label_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.label_sublabel as t (
            label_id, ordinal, sublabel_id, name
        )
        select
            s.label_id, s.ordinal, s.sublabel_id, s.name
        from discogs_stage.label_sublabel as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.label_id, s.ordinal
        on conflict (label_id, ordinal) do update set
            sublabel_id = excluded.sublabel_id,
            name = excluded.name
        where
            (t.sublabel_id, t.name)
            is distinct from
            (excluded.sublabel_id, excluded.name);
        delete from discogs.label_image as t
        where
            t.label_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.label_image as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.label_id = t.label_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.label_image as t (
            label_id, ordinal, type, uri, uri150, width, height
        )
        select
            s.label_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
        from discogs_stage.label_image as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.label_id, s.ordinal
        on conflict (label_id, ordinal) do update set
            type = excluded.type,
            uri = excluded.uri,
            uri150 = excluded.uri150,
            width = excluded.width,
            height = excluded.height
        where
            (t.type, t.uri, t.uri150, t.width, t.height)
            is distinct from
            (excluded.type, excluded.uri, excluded.uri150, excluded.width, excluded.height);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from discogs_stage.label_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from discogs_stage.label as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join discogs.label as t on t.id = s.id
        where s._slot = p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into discogs_stage.label_seen (
            chunk_id, id, record, outcome
        )
        select
            p_chunk,
            array_agg(j.id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            id = excluded.id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure discogs_stage.merge_label(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the label records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.ranked_label(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id integer,
    record bigint,
    outcome text,
    place_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.id
        from loader.chunk as c
        inner join discogs_stage.label_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = p_load
        group by u.id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join discogs_stage.label_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function discogs_stage.ranked_label(bigint) is
'Versions of label keys that came more than once in a load, ranked by conflict order.';
create or replace function discogs_stage.overtaken_label(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from discogs_stage.ranked_label(p_load) as r
    inner join discogs.label as t on t.id = r.id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function discogs_stage.overtaken_label(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a label key equals.';

-- sql/procedures/settle_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.settle_label(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of label keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from discogs_stage.ranked_label(p_load) as r
        left join discogs.label as t on t.id = r.id
        left join discogs_stage.label_before as b
            on b.load_id = p_load and b.id = r.id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from discogs_stage.label_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from discogs_stage.label_before as b where b.load_id = p_load;
end
$$;
comment on procedure discogs_stage.settle_label(bigint, bigint) is
'Corrects the counts of label keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.resolve_label(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a label but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
begin
    with twice as (
        select r.id
        from discogs_build.label as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from discogs_build.label as r
        inner join twice as w on w.id = r.id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from discogs_build.label as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    delete from discogs_build.label_url as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.label_sublabel as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.label_image as t
    where t._rec in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure discogs_stage.resolve_label(bigint) is
'Removes from the build every version of a label but the winner.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_build_master(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the master records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._record,
        f.reason,
        'master',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'main_release_id', s.main_release_id, 'type',
            format('main_release_id: %L is not of type integer', left(s.main_release_id, 100)),
            not loader.is_integer(s.main_release_id)
        ),
        (
            'year', s.year, 'type',
            format('year: %L is not of type integer', left(s.year, 100)),
            not loader.is_integer(s.year)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_video',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_video_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'duration', s.duration, 'type',
            format('duration: %L is not of type integer', left(s.duration, 100)),
            not loader.is_integer(s.duration)
        ),
        (
            'embed', s.embed, 'type',
            format('embed: %L is not of type boolean', left(s.embed, 100)),
            not loader.is_boolean(s.embed)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_build.master (
        id, main_release_id, notes, year, title, data_quality, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        nullif(btrim(s.main_release_id, E' \t\n\r'), '')::integer as main_release_id,
        s.notes,
        nullif(btrim(s.year, E' \t\n\r'), '')::integer as year,
        s.title,
        s.data_quality,
        s._source,
        s._record,
        s._hash
    from discogs_stage.master_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_build.master_artist (
        master_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.master_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.master_genre (
        master_id, ordinal, genre, _rec
    )
    select
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.genre,
        s._rec
    from discogs_stage.master_genre_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.master_style (
        master_id, ordinal, style, _rec
    )
    select
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.style,
        s._rec
    from discogs_stage.master_style_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.master_video (
        master_id, ordinal, src, duration, embed, title, description, _rec
    )
    select
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.src,
        nullif(btrim(s.duration, E' \t\n\r'), '')::integer as duration,
        nullif(btrim(s.embed, E' \t\n\r'), '')::boolean as embed,
        s.title,
        s.description,
        s._rec
    from discogs_stage.master_video_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.master_image (
        master_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.master_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_build_master(bigint, bigint, integer, bigint) is
'Judges the master records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_merge_master(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the master records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._record,
        f.reason,
        'master',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'main_release_id', s.main_release_id, 'type',
            format('main_release_id: %L is not of type integer', left(s.main_release_id, 100)),
            not loader.is_integer(s.main_release_id)
        ),
        (
            'year', s.year, 'type',
            format('year: %L is not of type integer', left(s.year, 100)),
            not loader.is_integer(s.year)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_video',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_video_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'duration', s.duration, 'type',
            format('duration: %L is not of type integer', left(s.duration, 100)),
            not loader.is_integer(s.duration)
        ),
        (
            'embed', s.embed, 'type',
            format('embed: %L is not of type boolean', left(s.embed, 100)),
            not loader.is_boolean(s.embed)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'master',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'master_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.master_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_stage.master (
        _slot, id, main_release_id, notes, year, title, data_quality, _source, _record, _hash
    )
    select
        p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        nullif(btrim(s.main_release_id, E' \t\n\r'), '')::integer as main_release_id,
        s.notes,
        nullif(btrim(s.year, E' \t\n\r'), '')::integer as year,
        s.title,
        s.data_quality,
        s._source,
        s._record,
        s._hash
    from discogs_stage.master_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_stage.master_artist (
        _slot, master_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.master_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.master_genre (
        _slot, master_id, ordinal, genre, _rec
    )
    select
        p_slot,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.genre,
        s._rec
    from discogs_stage.master_genre_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.master_style (
        _slot, master_id, ordinal, style, _rec
    )
    select
        p_slot,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.style,
        s._rec
    from discogs_stage.master_style_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.master_video (
        _slot, master_id, ordinal, src, duration, embed, title, description, _rec
    )
    select
        p_slot,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.src,
        nullif(btrim(s.duration, E' \t\n\r'), '')::integer as duration,
        nullif(btrim(s.embed, E' \t\n\r'), '')::boolean as embed,
        s.title,
        s.description,
        s._rec
    from discogs_stage.master_video_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.master_image (
        _slot, master_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        p_slot,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.master_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_merge_master(bigint, bigint, integer, bigint) is
'Judges the master records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.changed_master(
    p_first bigint,
    p_hash uuid[],
    p_1 integer[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of discogs.master that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from discogs.master as t
        where t.id = u.id
    ) is not true;
    return v_places;
end
$$;
comment on function discogs_stage.changed_master(
    bigint, uuid[], integer[]
) is
'Places of the records that are not the same as the master that has their key.';

-- sql/procedures/merge_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.merge_master(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the master records staged in a slot into discogs: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 integer[] := p_same[2]::integer[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 integer[];
    v_updated_1 integer[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from discogs_stage.master as s
            where s._slot = p_slot
            union all
            select u.id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from discogs.master as t
        where
            t.id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a master of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from discogs_stage.master as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from discogs_stage.master_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into discogs_stage.master_seen (
            chunk_id, id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from discogs_stage.master_seen as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from discogs_stage.master as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into discogs_stage.master_before (load_id, id, hash)
        select
            p_load,
            t.id,
            t._hash
        from discogs_stage.master as s
        inner join discogs.master as t on t.id = s.id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into discogs.master as t (
                id, main_release_id, notes, year, title, data_quality, _source, _record, _hash
            )
            select
                s.id, s.main_release_id, s.notes, s.year, s.title, s.data_quality, s._source, s._record, s._hash
            from discogs_stage.master as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.id
            on conflict (id) do update set
                main_release_id = excluded.main_release_id,
                notes = excluded.notes,
                year = excluded.year,
                title = excluded.title,
                data_quality = excluded.data_quality,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from discogs_stage.master as s
            where s._slot = p_slot
        );
        begin
            insert into discogs.master_artist (
                master_id, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.master_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
            from discogs_stage.master_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.master_genre (
                master_id, ordinal, genre
            )
            select
                s.master_id, s.ordinal, s.genre
            from discogs_stage.master_genre as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.master_style (
                master_id, ordinal, style
            )
            select
                s.master_id, s.ordinal, s.style
            from discogs_stage.master_style as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.master_video (
                master_id, ordinal, src, duration, embed, title, description
            )
            select
                s.master_id, s.ordinal, s.src, s.duration, s.embed, s.title, s.description
            from discogs_stage.master_video as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.master_image (
                master_id, ordinal, type, uri, uri150, width, height
            )
            select
                s.master_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
            from discogs_stage.master_image as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
                v_updated_1 := v_inserted_1 || v_updated_1;
        end;
    end if;
    if v_updated <> '{}' then
        delete from discogs.master_artist as t
        where
            t.master_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.master_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.master_id = t.master_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.master_artist as t (
            master_id, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.master_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
        from discogs_stage.master_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.master_id, s.ordinal
        on conflict (master_id, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.master_genre as t
        where
            t.master_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.master_genre as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.master_id = t.master_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.master_genre as t (
            master_id, ordinal, genre
        )
        select
            s.master_id, s.ordinal, s.genre
        from discogs_stage.master_genre as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.master_id, s.ordinal
        on conflict (master_id, ordinal) do update set
            genre = excluded.genre
        where
            (t.genre)
            is distinct from
            (excluded.genre);
        delete from discogs.master_style as t
        where
            t.master_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.master_style as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.master_id = t.master_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.master_style as t (
            master_id, ordinal, style
        )
        select
            s.master_id, s.ordinal, s.style
        from discogs_stage.master_style as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.master_id, s.ordinal
        on conflict (master_id, ordinal) do update set
            style = excluded.style
        where
            (t.style)
            is distinct from
            (excluded.style);
        delete from discogs.master_video as t
        where
            t.master_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.master_video as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.master_id = t.master_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.master_video as t (
            master_id, ordinal, src, duration, embed, title, description
        )
        select
            s.master_id, s.ordinal, s.src, s.duration, s.embed, s.title, s.description
        from discogs_stage.master_video as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.master_id, s.ordinal
        on conflict (master_id, ordinal) do update set
            src = excluded.src,
            duration = excluded.duration,
            embed = excluded.embed,
            title = excluded.title,
            description = excluded.description
        where
            (t.src, t.duration, t.embed, t.title, t.description)
            is distinct from
            (excluded.src, excluded.duration, excluded.embed, excluded.title, excluded.description);
        delete from discogs.master_image as t
        where
            t.master_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.master_image as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.master_id = t.master_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.master_image as t (
            master_id, ordinal, type, uri, uri150, width, height
        )
        select
            s.master_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
        from discogs_stage.master_image as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.master_id, s.ordinal
        on conflict (master_id, ordinal) do update set
            type = excluded.type,
            uri = excluded.uri,
            uri150 = excluded.uri150,
            width = excluded.width,
            height = excluded.height
        where
            (t.type, t.uri, t.uri150, t.width, t.height)
            is distinct from
            (excluded.type, excluded.uri, excluded.uri150, excluded.width, excluded.height);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from discogs_stage.master_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from discogs_stage.master as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join discogs.master as t on t.id = s.id
        where s._slot = p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into discogs_stage.master_seen (
            chunk_id, id, record, outcome
        )
        select
            p_chunk,
            array_agg(j.id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            id = excluded.id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure discogs_stage.merge_master(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the master records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.ranked_master(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id integer,
    record bigint,
    outcome text,
    place_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.id
        from loader.chunk as c
        inner join discogs_stage.master_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = p_load
        group by u.id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join discogs_stage.master_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function discogs_stage.ranked_master(bigint) is
'Versions of master keys that came more than once in a load, ranked by conflict order.';
create or replace function discogs_stage.overtaken_master(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from discogs_stage.ranked_master(p_load) as r
    inner join discogs.master as t on t.id = r.id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function discogs_stage.overtaken_master(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a master key equals.';

-- sql/procedures/settle_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.settle_master(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of master keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from discogs_stage.ranked_master(p_load) as r
        left join discogs.master as t on t.id = r.id
        left join discogs_stage.master_before as b
            on b.load_id = p_load and b.id = r.id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from discogs_stage.master_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from discogs_stage.master_before as b where b.load_id = p_load;
end
$$;
comment on procedure discogs_stage.settle_master(bigint, bigint) is
'Corrects the counts of master keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.resolve_master(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a master but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
begin
    with twice as (
        select r.id
        from discogs_build.master as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from discogs_build.master as r
        inner join twice as w on w.id = r.id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from discogs_build.master as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    delete from discogs_build.master_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.master_genre as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.master_style as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.master_video as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.master_image as t
    where t._rec in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure discogs_stage.resolve_master(bigint) is
'Removes from the build every version of a master but the winner.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_build_release(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the release records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._record,
        f.reason,
        'release',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'master_id', s.master_id, 'type',
            format('master_id: %L is not of type integer', left(s.master_id, 100)),
            not loader.is_integer(s.master_id)
        ),
        (
            'is_main_release', s.is_main_release, 'type',
            format('is_main_release: %L is not of type boolean', left(s.is_main_release, 100)),
            not loader.is_boolean(s.is_main_release)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_label',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_label_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'label_id', s.label_id, 'type',
            format('label_id: %L is not of type integer', left(s.label_id, 100)),
            not loader.is_integer(s.label_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_series',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_series_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'series_id', s.series_id, 'type',
            format('series_id: %L is not of type integer', left(s.series_id, 100)),
            not loader.is_integer(s.series_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_video',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_video_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'duration', s.duration, 'type',
            format('duration: %L is not of type integer', left(s.duration, 100)),
            not loader.is_integer(s.duration)
        ),
        (
            'embed', s.embed, 'type',
            format('embed: %L is not of type boolean', left(s.embed, 100)),
            not loader.is_boolean(s.embed)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_company',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_company_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'company_id', s.company_id, 'type',
            format('company_id: %L is not of type integer', left(s.company_id, 100)),
            not loader.is_integer(s.company_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_track_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_track_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_track_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_track_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_sub_track_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_sub_track_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_sub_track_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_sub_track_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_build.release (
        id, status, title, country, released, notes, data_quality, master_id, is_main_release, _source, _record,
        _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.status,
        s.title,
        s.country,
        s.released,
        s.notes,
        s.data_quality,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        nullif(btrim(s.is_main_release, E' \t\n\r'), '')::boolean as is_main_release,
        s._source,
        s._record,
        s._hash
    from discogs_stage.release_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_build.release_artist (
        release_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_extra_artist (
        release_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_label (
        release_id, ordinal, label_id, name, catno, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.name,
        s.catno,
        s._rec
    from discogs_stage.release_label_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_series (
        release_id, ordinal, series_id, name, catno, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.series_id, E' \t\n\r'), '')::integer as series_id,
        s.name,
        s.catno,
        s._rec
    from discogs_stage.release_series_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_format (
        release_id, ordinal, name, qty, text, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.name,
        s.qty,
        s.text,
        s._rec
    from discogs_stage.release_format_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_format_description (
        release_id, format_ordinal, ordinal, description, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.format_ordinal,
        s.ordinal,
        s.description,
        s._rec
    from discogs_stage.release_format_description_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_genre (
        release_id, ordinal, genre, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.genre,
        s._rec
    from discogs_stage.release_genre_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_style (
        release_id, ordinal, style, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.style,
        s._rec
    from discogs_stage.release_style_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_identifier (
        release_id, ordinal, type, description, value, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.type,
        s.description,
        s.value,
        s._rec
    from discogs_stage.release_identifier_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_video (
        release_id, ordinal, src, duration, embed, title, description, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.src,
        nullif(btrim(s.duration, E' \t\n\r'), '')::integer as duration,
        nullif(btrim(s.embed, E' \t\n\r'), '')::boolean as embed,
        s.title,
        s.description,
        s._rec
    from discogs_stage.release_video_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_company (
        release_id, ordinal, company_id, name, catno, entity_type, entity_type_name, resource_url, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.company_id, E' \t\n\r'), '')::integer as company_id,
        s.name,
        s.catno,
        s.entity_type,
        s.entity_type_name,
        s.resource_url,
        s._rec
    from discogs_stage.release_company_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_image (
        release_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.release_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_track (
        release_id, ordinal, "position", title, duration, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s."position",
        s.title,
        s.duration,
        s._rec
    from discogs_stage.release_track_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_track_artist (
        release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_track_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_track_extra_artist (
        release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_track_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_sub_track (
        release_id, track_ordinal, ordinal, "position", title, duration, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        s."position",
        s.title,
        s.duration,
        s._rec
    from discogs_stage.release_sub_track_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_sub_track_artist (
        release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.sub_track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_sub_track_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_build.release_sub_track_extra_artist (
        release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.sub_track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_sub_track_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_build_release(bigint, bigint, integer, bigint) is
'Judges the release records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.stage_merge_release(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the release records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into discogs_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._record,
        f.reason,
        'release',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type integer', left(s.id, 100)),
            not loader.is_integer(s.id)
        ),
        (
            'master_id', s.master_id, 'type',
            format('master_id: %L is not of type integer', left(s.master_id, 100)),
            not loader.is_integer(s.master_id)
        ),
        (
            'is_main_release', s.is_main_release, 'type',
            format('is_main_release: %L is not of type boolean', left(s.is_main_release, 100)),
            not loader.is_boolean(s.is_main_release)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_label',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_label_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'label_id', s.label_id, 'type',
            format('label_id: %L is not of type integer', left(s.label_id, 100)),
            not loader.is_integer(s.label_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_series',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_series_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'series_id', s.series_id, 'type',
            format('series_id: %L is not of type integer', left(s.series_id, 100)),
            not loader.is_integer(s.series_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_video',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_video_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'duration', s.duration, 'type',
            format('duration: %L is not of type integer', left(s.duration, 100)),
            not loader.is_integer(s.duration)
        ),
        (
            'embed', s.embed, 'type',
            format('embed: %L is not of type boolean', left(s.embed, 100)),
            not loader.is_boolean(s.embed)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_company',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_company_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'company_id', s.company_id, 'type',
            format('company_id: %L is not of type integer', left(s.company_id, 100)),
            not loader.is_integer(s.company_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_image',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_image_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            format('width: %L is not of type integer', left(s.width, 100)),
            not loader.is_integer(s.width)
        ),
        (
            'height', s.height, 'type',
            format('height: %L is not of type integer', left(s.height, 100)),
            not loader.is_integer(s.height)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_track_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_track_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_track_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_track_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_sub_track_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_sub_track_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'release',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'release_sub_track_extra_artist',
        f.column_name,
        left(f.value, 1000),
        f.message
    from discogs_stage.release_sub_track_extra_artist_text as s
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'artist_id', s.artist_id, 'type',
            format('artist_id: %L is not of type integer', left(s.artist_id, 100)),
            not loader.is_integer(s.artist_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into discogs_stage.release (
        _slot, id, status, title, country, released, notes, data_quality, master_id, is_main_release, _source, _record,
        _hash
    )
    select
        p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.status,
        s.title,
        s.country,
        s.released,
        s.notes,
        s.data_quality,
        nullif(btrim(s.master_id, E' \t\n\r'), '')::integer as master_id,
        nullif(btrim(s.is_main_release, E' \t\n\r'), '')::boolean as is_main_release,
        s._source,
        s._record,
        s._hash
    from discogs_stage.release_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    insert into discogs_stage.release_artist (
        _slot, release_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_extra_artist (
        _slot, release_id, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_label (
        _slot, release_id, ordinal, label_id, name, catno, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.label_id, E' \t\n\r'), '')::integer as label_id,
        s.name,
        s.catno,
        s._rec
    from discogs_stage.release_label_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_series (
        _slot, release_id, ordinal, series_id, name, catno, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.series_id, E' \t\n\r'), '')::integer as series_id,
        s.name,
        s.catno,
        s._rec
    from discogs_stage.release_series_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_format (
        _slot, release_id, ordinal, name, qty, text, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.name,
        s.qty,
        s.text,
        s._rec
    from discogs_stage.release_format_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_format_description (
        _slot, release_id, format_ordinal, ordinal, description, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.format_ordinal,
        s.ordinal,
        s.description,
        s._rec
    from discogs_stage.release_format_description_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_genre (
        _slot, release_id, ordinal, genre, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.genre,
        s._rec
    from discogs_stage.release_genre_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_style (
        _slot, release_id, ordinal, style, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.style,
        s._rec
    from discogs_stage.release_style_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_identifier (
        _slot, release_id, ordinal, type, description, value, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.type,
        s.description,
        s.value,
        s._rec
    from discogs_stage.release_identifier_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_video (
        _slot, release_id, ordinal, src, duration, embed, title, description, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.src,
        nullif(btrim(s.duration, E' \t\n\r'), '')::integer as duration,
        nullif(btrim(s.embed, E' \t\n\r'), '')::boolean as embed,
        s.title,
        s.description,
        s._rec
    from discogs_stage.release_video_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_company (
        _slot, release_id, ordinal, company_id, name, catno, entity_type, entity_type_name, resource_url, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        nullif(btrim(s.company_id, E' \t\n\r'), '')::integer as company_id,
        s.name,
        s.catno,
        s.entity_type,
        s.entity_type_name,
        s.resource_url,
        s._rec
    from discogs_stage.release_company_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_image (
        _slot, release_id, ordinal, type, uri, uri150, width, height, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s.type,
        s.uri,
        s.uri150,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        nullif(btrim(s.height, E' \t\n\r'), '')::integer as height,
        s._rec
    from discogs_stage.release_image_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_track (
        _slot, release_id, ordinal, "position", title, duration, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.ordinal,
        s."position",
        s.title,
        s.duration,
        s._rec
    from discogs_stage.release_track_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_track_artist (
        _slot, release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_track_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_track_extra_artist (
        _slot, release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_track_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_sub_track (
        _slot, release_id, track_ordinal, ordinal, "position", title, duration, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.ordinal,
        s."position",
        s.title,
        s.duration,
        s._rec
    from discogs_stage.release_sub_track_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_sub_track_artist (
        _slot, release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.sub_track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_sub_track_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    insert into discogs_stage.release_sub_track_extra_artist (
        _slot, release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks, _rec
    )
    select
        p_slot,
        nullif(btrim(s.release_id, E' \t\n\r'), '')::integer as release_id,
        s.track_ordinal,
        s.sub_track_ordinal,
        s.ordinal,
        nullif(btrim(s.artist_id, E' \t\n\r'), '')::integer as artist_id,
        s.name,
        s.anv,
        s."join",
        s.role,
        s.tracks,
        s._rec
    from discogs_stage.release_sub_track_extra_artist_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure discogs_stage.stage_merge_release(bigint, bigint, integer, bigint) is
'Judges the release records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.changed_release(
    p_first bigint,
    p_hash uuid[],
    p_1 integer[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of discogs.release that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from discogs.release as t
        where t.id = u.id
    ) is not true;
    return v_places;
end
$$;
comment on function discogs_stage.changed_release(
    bigint, uuid[], integer[]
) is
'Places of the records that are not the same as the release that has their key.';

-- sql/procedures/merge_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.merge_release(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the release records staged in a slot into discogs: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 integer[] := p_same[2]::integer[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 integer[];
    v_updated_1 integer[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from discogs_stage.release as s
            where s._slot = p_slot
            union all
            select u.id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from discogs.release as t
        where
            t.id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a release of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from discogs_stage.release as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from discogs_stage.release_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into discogs_stage.release_seen (
            chunk_id, id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from discogs_stage.release_seen as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from discogs_stage.release as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into discogs_stage.release_before (load_id, id, hash)
        select
            p_load,
            t.id,
            t._hash
        from discogs_stage.release as s
        inner join discogs.release as t on t.id = s.id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into discogs.release as t (
                id, status, title, country, released, notes, data_quality, master_id, is_main_release, _source,
                _record, _hash
            )
            select
                s.id, s.status, s.title, s.country, s.released, s.notes, s.data_quality, s.master_id,
                s.is_main_release, s._source, s._record, s._hash
            from discogs_stage.release as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.id
            on conflict (id) do update set
                status = excluded.status,
                title = excluded.title,
                country = excluded.country,
                released = excluded.released,
                notes = excluded.notes,
                data_quality = excluded.data_quality,
                master_id = excluded.master_id,
                is_main_release = excluded.is_main_release,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from discogs_stage.release as s
            where s._slot = p_slot
        );
        begin
            insert into discogs.release_artist (
                release_id, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
            from discogs_stage.release_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_extra_artist (
                release_id, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
            from discogs_stage.release_extra_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_label (
                release_id, ordinal, label_id, name, catno
            )
            select
                s.release_id, s.ordinal, s.label_id, s.name, s.catno
            from discogs_stage.release_label as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_series (
                release_id, ordinal, series_id, name, catno
            )
            select
                s.release_id, s.ordinal, s.series_id, s.name, s.catno
            from discogs_stage.release_series as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_format (
                release_id, ordinal, name, qty, text
            )
            select
                s.release_id, s.ordinal, s.name, s.qty, s.text
            from discogs_stage.release_format as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_format_description (
                release_id, format_ordinal, ordinal, description
            )
            select
                s.release_id, s.format_ordinal, s.ordinal, s.description
            from discogs_stage.release_format_description as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_genre (
                release_id, ordinal, genre
            )
            select
                s.release_id, s.ordinal, s.genre
            from discogs_stage.release_genre as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_style (
                release_id, ordinal, style
            )
            select
                s.release_id, s.ordinal, s.style
            from discogs_stage.release_style as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_identifier (
                release_id, ordinal, type, description, value
            )
            select
                s.release_id, s.ordinal, s.type, s.description, s.value
            from discogs_stage.release_identifier as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_video (
                release_id, ordinal, src, duration, embed, title, description
            )
            select
                s.release_id, s.ordinal, s.src, s.duration, s.embed, s.title, s.description
            from discogs_stage.release_video as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_company (
                release_id, ordinal, company_id, name, catno, entity_type, entity_type_name, resource_url
            )
            select
                s.release_id, s.ordinal, s.company_id, s.name, s.catno, s.entity_type, s.entity_type_name,
                s.resource_url
            from discogs_stage.release_company as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_image (
                release_id, ordinal, type, uri, uri150, width, height
            )
            select
                s.release_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
            from discogs_stage.release_image as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_track (
                release_id, ordinal, "position", title, duration
            )
            select
                s.release_id, s.ordinal, s."position", s.title, s.duration
            from discogs_stage.release_track as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_track_artist (
                release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
            from discogs_stage.release_track_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_track_extra_artist (
                release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
            from discogs_stage.release_track_extra_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_sub_track (
                release_id, track_ordinal, ordinal, "position", title, duration
            )
            select
                s.release_id, s.track_ordinal, s.ordinal, s."position", s.title, s.duration
            from discogs_stage.release_sub_track as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_sub_track_artist (
                release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join",
                s.role, s.tracks
            from discogs_stage.release_sub_track_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into discogs.release_sub_track_extra_artist (
                release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
            )
            select
                s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join",
                s.role, s.tracks
            from discogs_stage.release_sub_track_extra_artist as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
                v_updated_1 := v_inserted_1 || v_updated_1;
        end;
    end if;
    if v_updated <> '{}' then
        delete from discogs.release_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_artist as t (
            release_id, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
        from discogs_stage.release_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.release_extra_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_extra_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_extra_artist as t (
            release_id, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
        from discogs_stage.release_extra_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.release_label as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_label as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_label as t (
            release_id, ordinal, label_id, name, catno
        )
        select
            s.release_id, s.ordinal, s.label_id, s.name, s.catno
        from discogs_stage.release_label as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            label_id = excluded.label_id,
            name = excluded.name,
            catno = excluded.catno
        where
            (t.label_id, t.name, t.catno)
            is distinct from
            (excluded.label_id, excluded.name, excluded.catno);
        delete from discogs.release_series as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_series as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_series as t (
            release_id, ordinal, series_id, name, catno
        )
        select
            s.release_id, s.ordinal, s.series_id, s.name, s.catno
        from discogs_stage.release_series as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            series_id = excluded.series_id,
            name = excluded.name,
            catno = excluded.catno
        where
            (t.series_id, t.name, t.catno)
            is distinct from
            (excluded.series_id, excluded.name, excluded.catno);
        delete from discogs.release_format as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_format as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_format as t (
            release_id, ordinal, name, qty, text
        )
        select
            s.release_id, s.ordinal, s.name, s.qty, s.text
        from discogs_stage.release_format as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            name = excluded.name,
            qty = excluded.qty,
            text = excluded.text
        where
            (t.name, t.qty, t.text)
            is distinct from
            (excluded.name, excluded.qty, excluded.text);
        delete from discogs.release_format_description as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_format_description as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.format_ordinal = t.format_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_format_description as t (
            release_id, format_ordinal, ordinal, description
        )
        select
            s.release_id, s.format_ordinal, s.ordinal, s.description
        from discogs_stage.release_format_description as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.format_ordinal, s.ordinal
        on conflict (release_id, format_ordinal, ordinal) do update set
            description = excluded.description
        where
            (t.description)
            is distinct from
            (excluded.description);
        delete from discogs.release_genre as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_genre as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_genre as t (
            release_id, ordinal, genre
        )
        select
            s.release_id, s.ordinal, s.genre
        from discogs_stage.release_genre as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            genre = excluded.genre
        where
            (t.genre)
            is distinct from
            (excluded.genre);
        delete from discogs.release_style as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_style as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_style as t (
            release_id, ordinal, style
        )
        select
            s.release_id, s.ordinal, s.style
        from discogs_stage.release_style as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            style = excluded.style
        where
            (t.style)
            is distinct from
            (excluded.style);
        delete from discogs.release_identifier as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_identifier as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_identifier as t (
            release_id, ordinal, type, description, value
        )
        select
            s.release_id, s.ordinal, s.type, s.description, s.value
        from discogs_stage.release_identifier as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            type = excluded.type,
            description = excluded.description,
            value = excluded.value
        where
            (t.type, t.description, t.value)
            is distinct from
            (excluded.type, excluded.description, excluded.value);
        delete from discogs.release_video as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_video as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_video as t (
            release_id, ordinal, src, duration, embed, title, description
        )
        select
            s.release_id, s.ordinal, s.src, s.duration, s.embed, s.title, s.description
        from discogs_stage.release_video as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            src = excluded.src,
            duration = excluded.duration,
            embed = excluded.embed,
            title = excluded.title,
            description = excluded.description
        where
            (t.src, t.duration, t.embed, t.title, t.description)
            is distinct from
            (excluded.src, excluded.duration, excluded.embed, excluded.title, excluded.description);
        delete from discogs.release_company as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_company as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_company as t (
            release_id, ordinal, company_id, name, catno, entity_type, entity_type_name, resource_url
        )
        select
            s.release_id, s.ordinal, s.company_id, s.name, s.catno, s.entity_type, s.entity_type_name,
            s.resource_url
        from discogs_stage.release_company as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            company_id = excluded.company_id,
            name = excluded.name,
            catno = excluded.catno,
            entity_type = excluded.entity_type,
            entity_type_name = excluded.entity_type_name,
            resource_url = excluded.resource_url
        where
            (t.company_id, t.name, t.catno, t.entity_type, t.entity_type_name, t.resource_url)
            is distinct from
            (excluded.company_id, excluded.name, excluded.catno, excluded.entity_type, excluded.entity_type_name,
            excluded.resource_url);
        delete from discogs.release_image as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_image as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_image as t (
            release_id, ordinal, type, uri, uri150, width, height
        )
        select
            s.release_id, s.ordinal, s.type, s.uri, s.uri150, s.width, s.height
        from discogs_stage.release_image as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            type = excluded.type,
            uri = excluded.uri,
            uri150 = excluded.uri150,
            width = excluded.width,
            height = excluded.height
        where
            (t.type, t.uri, t.uri150, t.width, t.height)
            is distinct from
            (excluded.type, excluded.uri, excluded.uri150, excluded.width, excluded.height);
        delete from discogs.release_track as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_track as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_track as t (
            release_id, ordinal, "position", title, duration
        )
        select
            s.release_id, s.ordinal, s."position", s.title, s.duration
        from discogs_stage.release_track as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.ordinal
        on conflict (release_id, ordinal) do update set
            "position" = excluded."position",
            title = excluded.title,
            duration = excluded.duration
        where
            (t."position", t.title, t.duration)
            is distinct from
            (excluded."position", excluded.title, excluded.duration);
        delete from discogs.release_track_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_track_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.track_ordinal = t.track_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_track_artist as t (
            release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
        from discogs_stage.release_track_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.track_ordinal, s.ordinal
        on conflict (release_id, track_ordinal, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.release_track_extra_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_track_extra_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.track_ordinal = t.track_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_track_extra_artist as t (
            release_id, track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join", s.role, s.tracks
        from discogs_stage.release_track_extra_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.track_ordinal, s.ordinal
        on conflict (release_id, track_ordinal, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.release_sub_track as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_sub_track as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.track_ordinal = t.track_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_sub_track as t (
            release_id, track_ordinal, ordinal, "position", title, duration
        )
        select
            s.release_id, s.track_ordinal, s.ordinal, s."position", s.title, s.duration
        from discogs_stage.release_sub_track as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.track_ordinal, s.ordinal
        on conflict (release_id, track_ordinal, ordinal) do update set
            "position" = excluded."position",
            title = excluded.title,
            duration = excluded.duration
        where
            (t."position", t.title, t.duration)
            is distinct from
            (excluded."position", excluded.title, excluded.duration);
        delete from discogs.release_sub_track_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_sub_track_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.track_ordinal = t.track_ordinal
                    and s.sub_track_ordinal = t.sub_track_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_sub_track_artist as t (
            release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join",
            s.role, s.tracks
        from discogs_stage.release_sub_track_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal
        on conflict (release_id, track_ordinal, sub_track_ordinal, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
        delete from discogs.release_sub_track_extra_artist as t
        where
            t.release_id = any(v_updated_1)
            and not exists (
                select 1 from discogs_stage.release_sub_track_extra_artist as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.release_id = t.release_id
                    and s.track_ordinal = t.track_ordinal
                    and s.sub_track_ordinal = t.sub_track_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into discogs.release_sub_track_extra_artist as t (
            release_id, track_ordinal, sub_track_ordinal, ordinal, artist_id, name, anv, "join", role, tracks
        )
        select
            s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal, s.artist_id, s.name, s.anv, s."join",
            s.role, s.tracks
        from discogs_stage.release_sub_track_extra_artist as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.release_id, s.track_ordinal, s.sub_track_ordinal, s.ordinal
        on conflict (release_id, track_ordinal, sub_track_ordinal, ordinal) do update set
            artist_id = excluded.artist_id,
            name = excluded.name,
            anv = excluded.anv,
            "join" = excluded."join",
            role = excluded.role,
            tracks = excluded.tracks
        where
            (t.artist_id, t.name, t.anv, t."join", t.role, t.tracks)
            is distinct from
            (excluded.artist_id, excluded.name, excluded.anv, excluded."join", excluded.role, excluded.tracks);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from discogs_stage.release_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from discogs_stage.release as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join discogs.release as t on t.id = s.id
        where s._slot = p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into discogs_stage.release_seen (
            chunk_id, id, record, outcome
        )
        select
            p_chunk,
            array_agg(j.id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            id = excluded.id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure discogs_stage.merge_release(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the release records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping b4dd1edb59d1
create or replace function discogs_stage.ranked_release(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id integer,
    record bigint,
    outcome text,
    place_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.id
        from loader.chunk as c
        inner join discogs_stage.release_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = p_load
        group by u.id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join discogs_stage.release_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function discogs_stage.ranked_release(bigint) is
'Versions of release keys that came more than once in a load, ranked by conflict order.';
create or replace function discogs_stage.overtaken_release(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from discogs_stage.ranked_release(p_load) as r
    inner join discogs.release as t on t.id = r.id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function discogs_stage.overtaken_release(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a release key equals.';

-- sql/procedures/settle_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.settle_release(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of release keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from discogs_stage.ranked_release(p_load) as r
        left join discogs.release as t on t.id = r.id
        left join discogs_stage.release_before as b
            on b.load_id = p_load and b.id = r.id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from discogs_stage.release_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from discogs_stage.release_before as b where b.load_id = p_load;
end
$$;
comment on procedure discogs_stage.settle_release(bigint, bigint) is
'Corrects the counts of release keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.resolve_release(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a release but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
begin
    with twice as (
        select r.id
        from discogs_build.release as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from discogs_build.release as r
        inner join twice as w on w.id = r.id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from discogs_build.release as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    delete from discogs_build.release_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_extra_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_label as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_series as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_format as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_format_description as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_genre as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_style as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_identifier as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_video as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_company as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_image as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_track as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_track_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_track_extra_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_sub_track as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_sub_track_artist as t
    where t._rec in (select unnest(v_losers));
    delete from discogs_build.release_sub_track_extra_artist as t
    where t._rec in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure discogs_stage.resolve_release(bigint) is
'Removes from the build every version of a release but the winner.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_pkey
            primary key (id);

    comment on table discogs_build.artist is
    'A person, group or alias that releases or is credited';
    comment on column discogs_build.artist.id is
    'Discogs number of the artist';
    comment on column discogs_build.artist.name is
    'Name, unique by a number in parentheses where needed';
    comment on column discogs_build.artist.realname is
    'Real name of the person';
    comment on column discogs_build.artist.profile is
    'Description, in Discogs markup';
    comment on column discogs_build.artist.data_quality is
    'State of review by the contributors';
    comment on column discogs_build.artist._source is
    'loader.source that the row came from';
    comment on column discogs_build.artist._record is
    'Number of the record in its source, from 1';
    comment on column discogs_build.artist._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    perform loader.gather_statistics('discogs_build.artist');
end
$$;
comment on procedure discogs_stage.build_artist() is
'Makes the new artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_url()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_url durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_url
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_url_pkey
            primary key (artist_id, ordinal);

    comment on table discogs_build.artist_url is
    'Web pages of an artist';
    comment on column discogs_build.artist_url.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_url.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_url.url is
    'Address';
    perform loader.gather_statistics('discogs_build.artist_url');
end
$$;
comment on procedure discogs_stage.build_artist_url() is
'Makes the new artist_url durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_name_variation()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_name_variation durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_name_variation
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_name_variation_pkey
            primary key (artist_id, ordinal);

    comment on table discogs_build.artist_name_variation is
    'Spellings of an artist''s name';
    comment on column discogs_build.artist_name_variation.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_name_variation.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_name_variation.name is
    'The name as found on releases';
    perform loader.gather_statistics('discogs_build.artist_name_variation');
end
$$;
comment on procedure discogs_stage.build_artist_name_variation() is
'Makes the new artist_name_variation durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_alias()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_alias durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_alias
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_alias_pkey
            primary key (artist_id, ordinal);

    create index artist_alias_alias_id_idx on discogs_build.artist_alias
    using btree (
        alias_id
    );
    comment on index discogs_build.artist_alias_alias_id_idx is
    'Made by the mapping. Serves searches by alias_id';
    comment on table discogs_build.artist_alias is
    'Other identities of the same artist';
    comment on column discogs_build.artist_alias.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_alias.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_alias.alias_id is
    'The other artist';
    comment on column discogs_build.artist_alias.name is
    'Name of the other artist';
    perform loader.gather_statistics('discogs_build.artist_alias');
end
$$;
comment on procedure discogs_stage.build_artist_alias() is
'Makes the new artist_alias durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_member()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_member durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_member
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_member_pkey
            primary key (artist_id, ordinal);

    create index artist_member_member_id_idx on discogs_build.artist_member
    using btree (
        member_id
    );
    comment on index discogs_build.artist_member_member_id_idx is
    'Made by the mapping. Serves searches by member_id';
    comment on table discogs_build.artist_member is
    'Members of a group';
    comment on column discogs_build.artist_member.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_member.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_member.member_id is
    'The artist that is a member';
    comment on column discogs_build.artist_member.name is
    'Name of the member';
    perform loader.gather_statistics('discogs_build.artist_member');
end
$$;
comment on procedure discogs_stage.build_artist_member() is
'Makes the new artist_member durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_group()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_group durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_group
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_group_pkey
            primary key (artist_id, ordinal);

    create index artist_group_group_id_idx on discogs_build.artist_group
    using btree (
        group_id
    );
    comment on index discogs_build.artist_group_group_id_idx is
    'Made by the mapping. Serves searches by group_id';
    comment on table discogs_build.artist_group is
    'Groups that an artist belongs to';
    comment on column discogs_build.artist_group.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_group.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_group.group_id is
    'The group';
    comment on column discogs_build.artist_group.name is
    'Name of the group';
    perform loader.gather_statistics('discogs_build.artist_group');
end
$$;
comment on procedure discogs_stage.build_artist_group() is
'Makes the new artist_group durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_artist_image()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.artist_image durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.artist_image
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint artist_image_pkey
            primary key (artist_id, ordinal);

    comment on table discogs_build.artist_image is
    'Pictures of an artist; none since 2024-12';
    comment on column discogs_build.artist_image.artist_id is
    'Key of artist';
    comment on column discogs_build.artist_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.artist_image.type is
    'primary or secondary';
    comment on column discogs_build.artist_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs_build.artist_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs_build.artist_image.width is
    'Width in pixels';
    comment on column discogs_build.artist_image.height is
    'Height in pixels';
    perform loader.gather_statistics('discogs_build.artist_image');
end
$$;
comment on procedure discogs_stage.build_artist_image() is
'Makes the new artist_image durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_label()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.label durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.label
        set logged,
        reset (autovacuum_enabled),
        add constraint label_pkey
            primary key (id);

    create index label_parent_label_id_idx on discogs_build.label
    using btree (
        parent_label_id
    );
    comment on index discogs_build.label_parent_label_id_idx is
    'Made by the mapping. Serves searches by parent_label_id';
    comment on table discogs_build.label is
    'A label, series, company or place, everything that publishes or does work on a release';
    comment on column discogs_build.label.id is
    'Discogs number of the label';
    comment on column discogs_build.label.name is
    'Name, unique by a number in parentheses where needed';
    comment on column discogs_build.label.contactinfo is
    'Addresses as text';
    comment on column discogs_build.label.profile is
    'Description, in Discogs markup';
    comment on column discogs_build.label.data_quality is
    'State of review by the contributors';
    comment on column discogs_build.label.parent_label_id is
    'The label it belongs to';
    comment on column discogs_build.label.parent_label is
    'Name of the label it belongs to';
    comment on column discogs_build.label._source is
    'loader.source that the row came from';
    comment on column discogs_build.label._record is
    'Number of the record in its source, from 1';
    comment on column discogs_build.label._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    perform loader.gather_statistics('discogs_build.label');
end
$$;
comment on procedure discogs_stage.build_label() is
'Makes the new label durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_label_url()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.label_url durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.label_url
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint label_url_pkey
            primary key (label_id, ordinal);

    comment on table discogs_build.label_url is
    'Web pages of a label';
    comment on column discogs_build.label_url.label_id is
    'Key of label';
    comment on column discogs_build.label_url.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.label_url.url is
    'Address';
    perform loader.gather_statistics('discogs_build.label_url');
end
$$;
comment on procedure discogs_stage.build_label_url() is
'Makes the new label_url durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_label_sublabel()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.label_sublabel durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.label_sublabel
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint label_sublabel_pkey
            primary key (label_id, ordinal);

    create index label_sublabel_sublabel_id_idx on discogs_build.label_sublabel
    using btree (
        sublabel_id
    );
    comment on index discogs_build.label_sublabel_sublabel_id_idx is
    'Made by the mapping. Serves searches by sublabel_id';
    comment on table discogs_build.label_sublabel is
    'Labels that belong to a label';
    comment on column discogs_build.label_sublabel.label_id is
    'Key of label';
    comment on column discogs_build.label_sublabel.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.label_sublabel.sublabel_id is
    'The label below; NULL where the dump leaves it bare';
    comment on column discogs_build.label_sublabel.name is
    'Name of the label below; empty where the dump leaves it bare';
    perform loader.gather_statistics('discogs_build.label_sublabel');
end
$$;
comment on procedure discogs_stage.build_label_sublabel() is
'Makes the new label_sublabel durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_label_image()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.label_image durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.label_image
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint label_image_pkey
            primary key (label_id, ordinal);

    comment on table discogs_build.label_image is
    'Pictures of a label; none since 2024-12';
    comment on column discogs_build.label_image.label_id is
    'Key of label';
    comment on column discogs_build.label_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.label_image.type is
    'primary or secondary';
    comment on column discogs_build.label_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs_build.label_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs_build.label_image.width is
    'Width in pixels';
    comment on column discogs_build.label_image.height is
    'Height in pixels';
    perform loader.gather_statistics('discogs_build.label_image');
end
$$;
comment on procedure discogs_stage.build_label_image() is
'Makes the new label_image durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master
        set logged,
        reset (autovacuum_enabled),
        add constraint master_pkey
            primary key (id);

    create index master_main_release_id_idx on discogs_build.master
    using btree (
        main_release_id
    );
    comment on index discogs_build.master_main_release_id_idx is
    'Made by the mapping. Serves searches by main_release_id';
    comment on table discogs_build.master is
    'A work, which gathers its releases';
    comment on column discogs_build.master.id is
    'Discogs number of the master';
    comment on column discogs_build.master.main_release_id is
    'The release that stands for the master';
    comment on column discogs_build.master.notes is
    'Remarks of the contributors';
    comment on column discogs_build.master.year is
    'Year of the first release; 0 when unknown';
    comment on column discogs_build.master.title is
    'Title';
    comment on column discogs_build.master.data_quality is
    'State of review by the contributors';
    comment on column discogs_build.master._source is
    'loader.source that the row came from';
    comment on column discogs_build.master._record is
    'Number of the record in its source, from 1';
    comment on column discogs_build.master._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    perform loader.gather_statistics('discogs_build.master');
end
$$;
comment on procedure discogs_stage.build_master() is
'Makes the new master durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint master_artist_pkey
            primary key (master_id, ordinal);

    create index master_artist_artist_id_idx on discogs_build.master_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.master_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.master_artist is
    'Artists of a master';
    comment on column discogs_build.master_artist.master_id is
    'Key of master';
    comment on column discogs_build.master_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.master_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.master_artist.name is
    'Name of the artist';
    comment on column discogs_build.master_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.master_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.master_artist.role is
    'What the artist did';
    comment on column discogs_build.master_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.master_artist');
end
$$;
comment on procedure discogs_stage.build_master_artist() is
'Makes the new master_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master_genre()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master_genre durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master_genre
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint master_genre_pkey
            primary key (master_id, ordinal);

    comment on table discogs_build.master_genre is
    'Genres of a master';
    comment on column discogs_build.master_genre.master_id is
    'Key of master';
    comment on column discogs_build.master_genre.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.master_genre.genre is
    'Genre, from a list of some fifteen';
    perform loader.gather_statistics('discogs_build.master_genre');
end
$$;
comment on procedure discogs_stage.build_master_genre() is
'Makes the new master_genre durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master_style()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master_style durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master_style
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint master_style_pkey
            primary key (master_id, ordinal);

    comment on table discogs_build.master_style is
    'Styles of a master';
    comment on column discogs_build.master_style.master_id is
    'Key of master';
    comment on column discogs_build.master_style.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.master_style.style is
    'Style, from a list of some hundreds';
    perform loader.gather_statistics('discogs_build.master_style');
end
$$;
comment on procedure discogs_stage.build_master_style() is
'Makes the new master_style durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master_video()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master_video durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master_video
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint master_video_pkey
            primary key (master_id, ordinal);

    comment on table discogs_build.master_video is
    'Videos of a master';
    comment on column discogs_build.master_video.master_id is
    'Key of master';
    comment on column discogs_build.master_video.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.master_video.src is
    'Address of the video';
    comment on column discogs_build.master_video.duration is
    'Length in seconds';
    comment on column discogs_build.master_video.embed is
    'Whether the video may be embedded';
    comment on column discogs_build.master_video.title is
    'Title given by the video''s site';
    comment on column discogs_build.master_video.description is
    'Description given by the video''s site';
    perform loader.gather_statistics('discogs_build.master_video');
end
$$;
comment on procedure discogs_stage.build_master_video() is
'Makes the new master_video durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_master_image()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.master_image durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.master_image
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint master_image_pkey
            primary key (master_id, ordinal);

    comment on table discogs_build.master_image is
    'Pictures of a master; none since 2024-12';
    comment on column discogs_build.master_image.master_id is
    'Key of master';
    comment on column discogs_build.master_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.master_image.type is
    'primary or secondary';
    comment on column discogs_build.master_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs_build.master_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs_build.master_image.width is
    'Width in pixels';
    comment on column discogs_build.master_image.height is
    'Height in pixels';
    perform loader.gather_statistics('discogs_build.master_image');
end
$$;
comment on procedure discogs_stage.build_master_image() is
'Makes the new master_image durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release
        set logged,
        reset (autovacuum_enabled),
        add constraint release_pkey
            primary key (id);

    create index release_master_id_idx on discogs_build.release
    using btree (
        master_id
    );
    comment on index discogs_build.release_master_id_idx is
    'Made by the mapping. Serves searches by master_id';
    comment on table discogs_build.release is
    'An object that was published, as one pressing of a record';
    comment on column discogs_build.release.id is
    'Discogs number of the release';
    comment on column discogs_build.release.status is
    'State of the entry, as Accepted';
    comment on column discogs_build.release.title is
    'Title';
    comment on column discogs_build.release.country is
    'Country or region of publication';
    comment on column discogs_build.release.released is
    'Date as text, as precise as known: 1999, 1999-03-00, 1999-03-15';
    comment on column discogs_build.release.notes is
    'Remarks of the contributors';
    comment on column discogs_build.release.data_quality is
    'State of review by the contributors';
    comment on column discogs_build.release.master_id is
    'The master; NULL when it has none';
    comment on column discogs_build.release.is_main_release is
    'Whether it stands for its master';
    comment on column discogs_build.release._source is
    'loader.source that the row came from';
    comment on column discogs_build.release._record is
    'Number of the record in its source, from 1';
    comment on column discogs_build.release._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    perform loader.gather_statistics('discogs_build.release');
end
$$;
comment on procedure discogs_stage.build_release() is
'Makes the new release durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_artist_pkey
            primary key (release_id, ordinal);

    create index release_artist_artist_id_idx on discogs_build.release_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_artist is
    'Artists of a release';
    comment on column discogs_build.release_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_artist.role is
    'What the artist did';
    comment on column discogs_build.release_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_artist');
end
$$;
comment on procedure discogs_stage.build_release_artist() is
'Makes the new release_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_extra_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_extra_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_extra_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_extra_artist_pkey
            primary key (release_id, ordinal);

    create index release_extra_artist_artist_id_idx on discogs_build.release_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_extra_artist is
    'Credits of a release, as producer or photographer';
    comment on column discogs_build.release_extra_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_extra_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_extra_artist.role is
    'What the artist did';
    comment on column discogs_build.release_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_extra_artist');
end
$$;
comment on procedure discogs_stage.build_release_extra_artist() is
'Makes the new release_extra_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_label()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_label durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_label
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_label_pkey
            primary key (release_id, ordinal);

    create index release_label_label_id_idx on discogs_build.release_label
    using btree (
        label_id
    );
    comment on index discogs_build.release_label_label_id_idx is
    'Made by the mapping. Serves searches by label_id';
    comment on table discogs_build.release_label is
    'Labels of a release';
    comment on column discogs_build.release_label.release_id is
    'Key of release';
    comment on column discogs_build.release_label.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_label.label_id is
    'The label';
    comment on column discogs_build.release_label.name is
    'Name of the label';
    comment on column discogs_build.release_label.catno is
    'Catalogue number, as printed';
    perform loader.gather_statistics('discogs_build.release_label');
end
$$;
comment on procedure discogs_stage.build_release_label() is
'Makes the new release_label durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_series()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_series durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_series
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_series_pkey
            primary key (release_id, ordinal);

    create index release_series_series_id_idx on discogs_build.release_series
    using btree (
        series_id
    );
    comment on index discogs_build.release_series_series_id_idx is
    'Made by the mapping. Serves searches by series_id';
    comment on table discogs_build.release_series is
    'Series that a release belongs to; series are labels';
    comment on column discogs_build.release_series.release_id is
    'Key of release';
    comment on column discogs_build.release_series.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_series.series_id is
    'The series, a label';
    comment on column discogs_build.release_series.name is
    'Name of the series';
    comment on column discogs_build.release_series.catno is
    'Number in the series, as printed';
    perform loader.gather_statistics('discogs_build.release_series');
end
$$;
comment on procedure discogs_stage.build_release_series() is
'Makes the new release_series durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_format()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_format durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_format
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_format_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_format is
    'Physical or digital formats of a release';
    comment on column discogs_build.release_format.release_id is
    'Key of release';
    comment on column discogs_build.release_format.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_format.name is
    'Format, as Vinyl';
    comment on column discogs_build.release_format.qty is
    'Number of pieces, as text: values up to 10^63 occur';
    comment on column discogs_build.release_format.text is
    'Free text, as the colour of the vinyl';
    perform loader.gather_statistics('discogs_build.release_format');
end
$$;
comment on procedure discogs_stage.build_release_format() is
'Makes the new release_format durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_format_description()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_format_description durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_format_description
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_format_description_pkey
            primary key (release_id, format_ordinal, ordinal);

    comment on table discogs_build.release_format_description is
    'What describes a format further';
    comment on column discogs_build.release_format_description.release_id is
    'Key of release';
    comment on column discogs_build.release_format_description.format_ordinal is
    'Place of the format it belongs to, from 1';
    comment on column discogs_build.release_format_description.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_format_description.description is
    'Size, speed or kind, as 12" or Album';
    perform loader.gather_statistics('discogs_build.release_format_description');
end
$$;
comment on procedure discogs_stage.build_release_format_description() is
'Makes the new release_format_description durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_genre()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_genre durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_genre
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_genre_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_genre is
    'Genres of a release';
    comment on column discogs_build.release_genre.release_id is
    'Key of release';
    comment on column discogs_build.release_genre.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_genre.genre is
    'Genre, from a list of some fifteen';
    perform loader.gather_statistics('discogs_build.release_genre');
end
$$;
comment on procedure discogs_stage.build_release_genre() is
'Makes the new release_genre durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_style()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_style durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_style
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_style_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_style is
    'Styles of a release';
    comment on column discogs_build.release_style.release_id is
    'Key of release';
    comment on column discogs_build.release_style.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_style.style is
    'Style, from a list of some hundreds';
    perform loader.gather_statistics('discogs_build.release_style');
end
$$;
comment on procedure discogs_stage.build_release_style() is
'Makes the new release_style durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_identifier()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_identifier durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_identifier
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_identifier_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_identifier is
    'Barcodes, matrix numbers and other identifiers of a release';
    comment on column discogs_build.release_identifier.release_id is
    'Key of release';
    comment on column discogs_build.release_identifier.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_identifier.type is
    'Kind of the identifier, as Barcode';
    comment on column discogs_build.release_identifier.description is
    'Where it stands, as A-Side Runout';
    comment on column discogs_build.release_identifier.value is
    'The identifier as printed';
    perform loader.gather_statistics('discogs_build.release_identifier');
end
$$;
comment on procedure discogs_stage.build_release_identifier() is
'Makes the new release_identifier durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_video()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_video durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_video
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_video_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_video is
    'Videos of a release';
    comment on column discogs_build.release_video.release_id is
    'Key of release';
    comment on column discogs_build.release_video.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_video.src is
    'Address of the video';
    comment on column discogs_build.release_video.duration is
    'Length in seconds';
    comment on column discogs_build.release_video.embed is
    'Whether the video may be embedded';
    comment on column discogs_build.release_video.title is
    'Title given by the video''s site';
    comment on column discogs_build.release_video.description is
    'Description given by the video''s site';
    perform loader.gather_statistics('discogs_build.release_video');
end
$$;
comment on procedure discogs_stage.build_release_video() is
'Makes the new release_video durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_company()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_company durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_company
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_company_pkey
            primary key (release_id, ordinal);

    create index release_company_company_id_idx on discogs_build.release_company
    using btree (
        company_id
    );
    comment on index discogs_build.release_company_company_id_idx is
    'Made by the mapping. Serves searches by company_id';
    comment on table discogs_build.release_company is
    'Companies of a release, as pressing plants, studios, publishers; companies are labels';
    comment on column discogs_build.release_company.release_id is
    'Key of release';
    comment on column discogs_build.release_company.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_company.company_id is
    'The company, a label';
    comment on column discogs_build.release_company.name is
    'Name of the company';
    comment on column discogs_build.release_company.catno is
    'The company''s own number for the release';
    comment on column discogs_build.release_company.entity_type is
    'Number of the company''s part in the release';
    comment on column discogs_build.release_company.entity_type_name is
    'The company''s part in the release, as Pressed By';
    comment on column discogs_build.release_company.resource_url is
    'Address of the company in the API; left out of current dumps';
    perform loader.gather_statistics('discogs_build.release_company');
end
$$;
comment on procedure discogs_stage.build_release_company() is
'Makes the new release_company durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_image()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_image durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_image
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_image_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_image is
    'Pictures of a release; none since 2024-12';
    comment on column discogs_build.release_image.release_id is
    'Key of release';
    comment on column discogs_build.release_image.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_image.type is
    'primary or secondary';
    comment on column discogs_build.release_image.uri is
    'Address of the picture; empty in public dumps';
    comment on column discogs_build.release_image.uri150 is
    'Address of the thumbnail; empty in public dumps';
    comment on column discogs_build.release_image.width is
    'Width in pixels';
    comment on column discogs_build.release_image.height is
    'Height in pixels';
    perform loader.gather_statistics('discogs_build.release_image');
end
$$;
comment on procedure discogs_stage.build_release_image() is
'Makes the new release_image durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_track()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_track durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_track
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_track_pkey
            primary key (release_id, ordinal);

    comment on table discogs_build.release_track is
    'Tracks of a release, headings and index tracks included';
    comment on column discogs_build.release_track.release_id is
    'Key of release';
    comment on column discogs_build.release_track.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_track."position" is
    'Position as printed, as ''A1''; empty for headings';
    comment on column discogs_build.release_track.title is
    'Title';
    comment on column discogs_build.release_track.duration is
    'Length as printed, as ''4:45''';
    perform loader.gather_statistics('discogs_build.release_track');
end
$$;
comment on procedure discogs_stage.build_release_track() is
'Makes the new release_track durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_track_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_track_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_track_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_track_artist_pkey
            primary key (release_id, track_ordinal, ordinal);

    create index release_track_artist_artist_id_idx on discogs_build.release_track_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_track_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_track_artist is
    'Artists of a track';
    comment on column discogs_build.release_track_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_track_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs_build.release_track_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_track_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_track_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_track_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_track_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_track_artist.role is
    'What the artist did';
    comment on column discogs_build.release_track_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_track_artist');
end
$$;
comment on procedure discogs_stage.build_release_track_artist() is
'Makes the new release_track_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_track_extra_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_track_extra_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_track_extra_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_track_extra_artist_pkey
            primary key (release_id, track_ordinal, ordinal);

    create index release_track_extra_artist_artist_id_idx on discogs_build.release_track_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_track_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_track_extra_artist is
    'Credits of a track';
    comment on column discogs_build.release_track_extra_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_track_extra_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs_build.release_track_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_track_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_track_extra_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_track_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_track_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_track_extra_artist.role is
    'What the artist did';
    comment on column discogs_build.release_track_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_track_extra_artist');
end
$$;
comment on procedure discogs_stage.build_release_track_extra_artist() is
'Makes the new release_track_extra_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_sub_track()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_sub_track durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_sub_track
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_sub_track_pkey
            primary key (release_id, track_ordinal, ordinal);

    comment on table discogs_build.release_sub_track is
    'Parts of an index track';
    comment on column discogs_build.release_sub_track.release_id is
    'Key of release';
    comment on column discogs_build.release_sub_track.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs_build.release_sub_track.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_sub_track."position" is
    'Position as printed, as ''A1''; empty for headings';
    comment on column discogs_build.release_sub_track.title is
    'Title';
    comment on column discogs_build.release_sub_track.duration is
    'Length as printed, as ''4:45''';
    perform loader.gather_statistics('discogs_build.release_sub_track');
end
$$;
comment on procedure discogs_stage.build_release_sub_track() is
'Makes the new release_sub_track durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_sub_track_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_sub_track_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_sub_track_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_sub_track_artist_pkey
            primary key (release_id, track_ordinal, sub_track_ordinal, ordinal);

    create index release_sub_track_artist_artist_id_idx on discogs_build.release_sub_track_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_sub_track_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_sub_track_artist is
    'Artists of a sub-track';
    comment on column discogs_build.release_sub_track_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_sub_track_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs_build.release_sub_track_artist.sub_track_ordinal is
    'Place of the sub track it belongs to, from 1';
    comment on column discogs_build.release_sub_track_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_sub_track_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_sub_track_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_sub_track_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_sub_track_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_sub_track_artist.role is
    'What the artist did';
    comment on column discogs_build.release_sub_track_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_sub_track_artist');
end
$$;
comment on procedure discogs_stage.build_release_sub_track_artist() is
'Makes the new release_sub_track_artist durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping b4dd1edb59d1
create or replace procedure discogs_stage.build_release_sub_track_extra_artist()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes discogs_build.release_sub_track_extra_artist durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table discogs_build.release_sub_track_extra_artist
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint release_sub_track_extra_artist_pkey
            primary key (release_id, track_ordinal, sub_track_ordinal, ordinal);

    create index release_sub_track_extra_artist_artist_id_idx on discogs_build.release_sub_track_extra_artist
    using btree (
        artist_id
    );
    comment on index discogs_build.release_sub_track_extra_artist_artist_id_idx is
    'Made by the mapping. Serves searches by artist_id';
    comment on table discogs_build.release_sub_track_extra_artist is
    'Credits of a sub-track';
    comment on column discogs_build.release_sub_track_extra_artist.release_id is
    'Key of release';
    comment on column discogs_build.release_sub_track_extra_artist.track_ordinal is
    'Place of the track it belongs to, from 1';
    comment on column discogs_build.release_sub_track_extra_artist.sub_track_ordinal is
    'Place of the sub track it belongs to, from 1';
    comment on column discogs_build.release_sub_track_extra_artist.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column discogs_build.release_sub_track_extra_artist.artist_id is
    'The credited artist; NULL or 0 when it has no page of its own';
    comment on column discogs_build.release_sub_track_extra_artist.name is
    'Name of the artist';
    comment on column discogs_build.release_sub_track_extra_artist.anv is
    'Artist name variation: the name as printed here';
    comment on column discogs_build.release_sub_track_extra_artist."join" is
    'What joins this name to the next, as ''&'' or ''feat.''';
    comment on column discogs_build.release_sub_track_extra_artist.role is
    'What the artist did';
    comment on column discogs_build.release_sub_track_extra_artist.tracks is
    'Positions of the tracks the credit is for, as written';
    perform loader.gather_statistics('discogs_build.release_sub_track_extra_artist');
end
$$;
comment on procedure discogs_stage.build_release_sub_track_extra_artist() is
'Makes the new release_sub_track_extra_artist durable, with its key and indexes.';

-- sql/procedures/register.sql, mapping b4dd1edb59d1
select loader.register_dataset(
    'discogs',
    '{"dataset": "discogs", "entities": [{"check": null, "files": null, "generated_key": false, "name": "artist", "policy": "newest", "record": ["artists", "artist"], "tables": ["artist", "artist_url", "artist_name_variation", "artist_alias", "artist_member", "artist_group", "artist_image"], "where": null}, {"check": null, "files": null, "generated_key": false, "name": "label", "policy": "newest", "record": ["labels", "label"], "tables": ["label", "label_url", "label_sublabel", "label_image"], "where": null}, {"check": null, "files": null, "generated_key": false, "name": "master", "policy": "newest", "record": ["masters", "master"], "tables": ["master", "master_artist", "master_genre", "master_style", "master_video", "master_image"], "where": null}, {"check": null, "files": null, "generated_key": false, "name": "release", "policy": "newest", "record": ["releases", "release"], "tables": ["release", "release_artist", "release_extra_artist", "release_label", "release_series", "release_format", "release_format_description", "release_genre", "release_style", "release_identifier", "release_video", "release_company", "release_image", "release_track", "release_track_artist", "release_track_extra_artist", "release_sub_track", "release_sub_track_artist", "release_sub_track_extra_artist"], "where": null}], "foreign_keys": [{"columns": ["alias_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_alias"}, {"columns": ["member_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_member"}, {"columns": ["group_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_group"}, {"columns": ["parent_label_id"], "references_columns": ["id"], "references_table": "label", "table": "label"}, {"columns": ["sublabel_id"], "references_columns": ["id"], "references_table": "label", "table": "label_sublabel"}, {"columns": ["main_release_id"], "references_columns": ["id"], "references_table": "release", "table": "master"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "master_artist"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "release"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_extra_artist"}, {"columns": ["label_id"], "references_columns": ["id"], "references_table": "label", "table": "release_label"}, {"columns": ["series_id"], "references_columns": ["id"], "references_table": "label", "table": "release_series"}, {"columns": ["company_id"], "references_columns": ["id"], "references_table": "label", "table": "release_company"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_track_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_track_extra_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_sub_track_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_sub_track_extra_artist"}], "tables": [{"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "realname", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["realname"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "profile", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["profile"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "data_quality", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["data_quality"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [{"absolute": false, "attribute": null, "steps": ["members", "id"]}], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "url", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_url", "ordinals": ["ordinal"], "parent": "artist", "rows": ["urls", "url"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_name_variation", "ordinals": ["ordinal"], "parent": "artist", "rows": ["namevariations", "name"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "alias_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [], "indexes": [{"columns": ["alias_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_alias", "ordinals": ["ordinal"], "parent": "artist", "rows": ["aliases", "name"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "member_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [], "indexes": [{"columns": ["member_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_member", "ordinals": ["ordinal"], "parent": "artist", "rows": ["members", "name"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "group_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "artist", "ignore": [], "indexes": [{"columns": ["group_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_group", "ordinals": ["ordinal"], "parent": "artist", "rows": ["groups", "name"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "type", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri150", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri150", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "width", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "width", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "height", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "height", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "artist", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "artist_image", "ordinals": ["ordinal"], "parent": "artist", "rows": ["images", "image"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "contactinfo", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["contactinfo"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "profile", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["profile"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "data_quality", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["data_quality"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "parent_label_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": ["parentLabel"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "parent_label", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["parentLabel"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "label", "ignore": [], "indexes": [{"columns": ["parent_label_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "label", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "url", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "label", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "label_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "label_url", "ordinals": ["ordinal"], "parent": "label", "rows": ["urls", "url"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "sublabel_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "label", "ignore": [], "indexes": [{"columns": ["sublabel_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "label_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "label_sublabel", "ordinals": ["ordinal"], "parent": "label", "rows": ["sublabels", "label"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "type", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri150", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri150", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "width", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "width", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "height", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "height", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "label", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "label_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "label_image", "ordinals": ["ordinal"], "parent": "label", "rows": ["images", "image"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "main_release_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["main_release"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "notes", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["notes"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "year", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["year"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "data_quality", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["data_quality"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "master", "ignore": [], "indexes": [{"columns": ["main_release_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "master", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "master", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "master_artist", "ordinals": ["ordinal"], "parent": "master", "rows": ["artists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "genre", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "master", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "master_genre", "ordinals": ["ordinal"], "parent": "master", "rows": ["genres", "genre"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "style", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "master", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "master_style", "ordinals": ["ordinal"], "parent": "master", "rows": ["styles", "style"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "src", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "src", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "duration", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "duration", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "embed", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "embed", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "boolean"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "description", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["description"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "master", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "master_video", "ordinals": ["ordinal"], "parent": "master", "rows": ["videos", "video"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "type", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri150", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri150", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "width", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "width", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "height", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "height", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "master", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "master_image", "ordinals": ["ordinal"], "parent": "master", "rows": ["images", "image"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "status", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "status", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "country", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["country"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "released", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["released"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "notes", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["notes"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "data_quality", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["data_quality"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "master_id", "null_if": ["0"], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["master_id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "is_main_release", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "is_main_release", "steps": ["master_id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "boolean"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["master_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "release", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_artist", "ordinals": ["ordinal"], "parent": "release", "rows": ["artists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_extra_artist", "ordinals": ["ordinal"], "parent": "release", "rows": ["extraartists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "label_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "name", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "catno", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "catno", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["label_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_label", "ordinals": ["ordinal"], "parent": "release", "rows": ["labels", "label"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "series_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "name", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "catno", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "catno", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["series_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_series", "ordinals": ["ordinal"], "parent": "release", "rows": ["series", "series"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "name", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "qty", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "qty", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "text", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "text", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_format", "ordinals": ["ordinal"], "parent": "release", "rows": ["formats", "format"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "description", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_format_description", "ordinals": ["format_ordinal", "ordinal"], "parent": "release_format", "rows": ["descriptions", "description"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "genre", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_genre", "ordinals": ["ordinal"], "parent": "release", "rows": ["genres", "genre"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "style", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_style", "ordinals": ["ordinal"], "parent": "release", "rows": ["styles", "style"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "type", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "description", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "description", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "value", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "value", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_identifier", "ordinals": ["ordinal"], "parent": "release", "rows": ["identifiers", "identifier"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "src", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "src", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "duration", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "duration", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "embed", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "embed", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "boolean"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "description", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["description"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_video", "ordinals": ["ordinal"], "parent": "release", "rows": ["videos", "video"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "company_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "catno", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["catno"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "entity_type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["entity_type"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "entity_type_name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["entity_type_name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "resource_url", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["resource_url"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["company_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_company", "ordinals": ["ordinal"], "parent": "release", "rows": ["companies", "company"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "type", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "type", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "uri150", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "uri150", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "width", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "width", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "height", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "height", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_image", "ordinals": ["ordinal"], "parent": "release", "rows": ["images", "image"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "position", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["position"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "duration", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["duration"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_track", "ordinals": ["ordinal"], "parent": "release", "rows": ["tracklist", "track"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_track_artist", "ordinals": ["track_ordinal", "ordinal"], "parent": "release_track", "rows": ["artists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_track_extra_artist", "ordinals": ["track_ordinal", "ordinal"], "parent": "release_track", "rows": ["extraartists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "position", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["position"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "duration", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["duration"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_sub_track", "ordinals": ["track_ordinal", "ordinal"], "parent": "release_track", "rows": ["sub_tracks", "track"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_sub_track_artist", "ordinals": ["track_ordinal", "sub_track_ordinal", "ordinal"], "parent": "release_sub_track", "rows": ["artists", "artist"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "artist_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["id"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "anv", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["anv"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "join", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["join"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "role", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["role"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "tracks", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["tracks"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "release", "ignore": [], "indexes": [{"columns": ["artist_id"], "expression": null, "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "release_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "release_sub_track_extra_artist", "ordinals": ["track_ordinal", "sub_track_ordinal", "ordinal"], "parent": "release_sub_track", "rows": ["extraartists", "artist"], "where": null}]}'::jsonb,
    'b4dd1edb59d1cc9bb8aca707400d1427cadcdcae7f54284f2f3b17505792d686',
    '{"chunk_bytes": 16777216, "damaged": "refuse", "documents": "one", "foreign_keys": "report", "internal_subset": "refuse", "keep_old": true, "max_rejects": {"count": null, "share": 0.05}, "snapshot": "discogs_(\\d{8})_", "unmapped": "report", "visibility": "chunk"}'::jsonb,
    '[{"entity": "artist", "is_root": true, "key": ["id"], "name": "artist"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_url"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_name_variation"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_alias"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_member"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_group"}, {"entity": "artist", "is_root": false, "key": ["artist_id", "ordinal"], "name": "artist_image"}, {"entity": "label", "is_root": true, "key": ["id"], "name": "label"}, {"entity": "label", "is_root": false, "key": ["label_id", "ordinal"], "name": "label_url"}, {"entity": "label", "is_root": false, "key": ["label_id", "ordinal"], "name": "label_sublabel"}, {"entity": "label", "is_root": false, "key": ["label_id", "ordinal"], "name": "label_image"}, {"entity": "master", "is_root": true, "key": ["id"], "name": "master"}, {"entity": "master", "is_root": false, "key": ["master_id", "ordinal"], "name": "master_artist"}, {"entity": "master", "is_root": false, "key": ["master_id", "ordinal"], "name": "master_genre"}, {"entity": "master", "is_root": false, "key": ["master_id", "ordinal"], "name": "master_style"}, {"entity": "master", "is_root": false, "key": ["master_id", "ordinal"], "name": "master_video"}, {"entity": "master", "is_root": false, "key": ["master_id", "ordinal"], "name": "master_image"}, {"entity": "release", "is_root": true, "key": ["id"], "name": "release"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_artist"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_extra_artist"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_label"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_series"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_format"}, {"entity": "release", "is_root": false, "key": ["release_id", "format_ordinal", "ordinal"], "name": "release_format_description"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_genre"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_style"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_identifier"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_video"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_company"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_image"}, {"entity": "release", "is_root": false, "key": ["release_id", "ordinal"], "name": "release_track"}, {"entity": "release", "is_root": false, "key": ["release_id", "track_ordinal", "ordinal"], "name": "release_track_artist"}, {"entity": "release", "is_root": false, "key": ["release_id", "track_ordinal", "ordinal"], "name": "release_track_extra_artist"}, {"entity": "release", "is_root": false, "key": ["release_id", "track_ordinal", "ordinal"], "name": "release_sub_track"}, {"entity": "release", "is_root": false, "key": ["release_id", "track_ordinal", "sub_track_ordinal", "ordinal"], "name": "release_sub_track_artist"}, {"entity": "release", "is_root": false, "key": ["release_id", "track_ordinal", "sub_track_ordinal", "ordinal"], "name": "release_sub_track_extra_artist"}]'::jsonb,
    '[{"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_url"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_name_variation"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_alias"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_member"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_group"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_image"}, {"columns": ["label_id"], "references_columns": ["id"], "references_table": "label", "table": "label_url"}, {"columns": ["label_id"], "references_columns": ["id"], "references_table": "label", "table": "label_sublabel"}, {"columns": ["label_id"], "references_columns": ["id"], "references_table": "label", "table": "label_image"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "master_artist"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "master_genre"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "master_style"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "master_video"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "master_image"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_artist"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_extra_artist"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_label"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_series"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_format"}, {"columns": ["release_id", "format_ordinal"], "references_columns": ["release_id", "ordinal"], "references_table": "release_format", "table": "release_format_description"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_genre"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_style"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_identifier"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_video"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_company"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_image"}, {"columns": ["release_id"], "references_columns": ["id"], "references_table": "release", "table": "release_track"}, {"columns": ["release_id", "track_ordinal"], "references_columns": ["release_id", "ordinal"], "references_table": "release_track", "table": "release_track_artist"}, {"columns": ["release_id", "track_ordinal"], "references_columns": ["release_id", "ordinal"], "references_table": "release_track", "table": "release_track_extra_artist"}, {"columns": ["release_id", "track_ordinal"], "references_columns": ["release_id", "ordinal"], "references_table": "release_track", "table": "release_sub_track"}, {"columns": ["release_id", "track_ordinal", "sub_track_ordinal"], "references_columns": ["release_id", "track_ordinal", "ordinal"], "references_table": "release_sub_track", "table": "release_sub_track_artist"}, {"columns": ["release_id", "track_ordinal", "sub_track_ordinal"], "references_columns": ["release_id", "track_ordinal", "ordinal"], "references_table": "release_sub_track", "table": "release_sub_track_extra_artist"}, {"columns": ["alias_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_alias"}, {"columns": ["member_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_member"}, {"columns": ["group_id"], "references_columns": ["id"], "references_table": "artist", "table": "artist_group"}, {"columns": ["parent_label_id"], "references_columns": ["id"], "references_table": "label", "table": "label"}, {"columns": ["sublabel_id"], "references_columns": ["id"], "references_table": "label", "table": "label_sublabel"}, {"columns": ["main_release_id"], "references_columns": ["id"], "references_table": "release", "table": "master"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "master_artist"}, {"columns": ["master_id"], "references_columns": ["id"], "references_table": "master", "table": "release"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_extra_artist"}, {"columns": ["label_id"], "references_columns": ["id"], "references_table": "label", "table": "release_label"}, {"columns": ["series_id"], "references_columns": ["id"], "references_table": "label", "table": "release_series"}, {"columns": ["company_id"], "references_columns": ["id"], "references_table": "label", "table": "release_company"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_track_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_track_extra_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_sub_track_artist"}, {"columns": ["artist_id"], "references_columns": ["id"], "references_table": "artist", "table": "release_sub_track_extra_artist"}]'::jsonb,
    '0000000000000000000000000000000000000000000000000000000000000000'
);
