-- The tables of the Discogs dataset: their names are a contract.
begin;
select plan(5);

select tables_are('discogs', array[
    'artist', 'artist_url', 'artist_name_variation', 'artist_alias', 'artist_member', 'artist_group', 'artist_image',
    'label', 'label_url', 'label_sublabel', 'label_image',
    'master', 'master_artist', 'master_genre', 'master_style', 'master_video', 'master_image',
    'release', 'release_artist', 'release_extra_artist', 'release_label', 'release_series', 'release_format',
    'release_format_description', 'release_genre', 'release_style', 'release_identifier', 'release_video',
    'release_company', 'release_image', 'release_track', 'release_track_artist', 'release_track_extra_artist',
    'release_sub_track', 'release_sub_track_artist', 'release_sub_track_extra_artist'
], 'there are 36 tables');
select col_is_pk('discogs', 'release', array['id'], 'a root has the key id');
select col_is_pk(
    'discogs', 'release_sub_track_artist', array['release_id', 'track_ordinal', 'sub_track_ordinal', 'ordinal'],
    'a child has the root key first, then the ordinals, outermost first'
);
select has_index(
    'discogs', 'release_artist', 'release_artist_artist_id_idx', array['artist_id'], 'references are indexed');
select is_empty(
    $$select t.table_name from loader.dataset_table as t
    where t.dataset = 'discogs' and to_regclass(format('discogs_stage.%I', t.table_name || '_text')) is null$$,
    'every table has text staging'
);

select * from finish();
rollback;
