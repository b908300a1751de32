"""The Discogs tables are a contract: their names, columns, order and types."""

from __future__ import annotations

import pytest

from loader.mapping.read import read_dataset

CREDIT = "artist_id:integer name anv join role tracks"
IMAGE = "type uri uri150 width:integer height:integer"
VIDEO = "src duration:integer embed:boolean title description"
TRACK = "position title duration"
TABLES = {
    "artist": "id | name realname profile data_quality",
    "artist_url": "artist_id ordinal | url",
    "artist_name_variation": "artist_id ordinal | name",
    "artist_alias": "artist_id ordinal | alias_id:integer name",
    "artist_member": "artist_id ordinal | member_id:integer name",
    "artist_group": "artist_id ordinal | group_id:integer name",
    "artist_image": f"artist_id ordinal | {IMAGE}",
    "label": "id | name contactinfo profile data_quality parent_label_id:integer parent_label",
    "label_url": "label_id ordinal | url",
    "label_sublabel": "label_id ordinal | sublabel_id:integer name",
    "label_image": f"label_id ordinal | {IMAGE}",
    "master": "id | main_release_id:integer notes year:integer title data_quality",
    "master_artist": f"master_id ordinal | {CREDIT}",
    "master_genre": "master_id ordinal | genre",
    "master_style": "master_id ordinal | style",
    "master_video": f"master_id ordinal | {VIDEO}",
    "master_image": f"master_id ordinal | {IMAGE}",
    "release": "id | status title country released notes data_quality master_id:integer is_main_release:boolean",
    "release_artist": f"release_id ordinal | {CREDIT}",
    "release_extra_artist": f"release_id ordinal | {CREDIT}",
    "release_label": "release_id ordinal | label_id:integer name catno",
    "release_series": "release_id ordinal | series_id:integer name catno",
    "release_format": "release_id ordinal | name qty text",
    "release_format_description": "release_id format_ordinal ordinal | description",
    "release_genre": "release_id ordinal | genre",
    "release_style": "release_id ordinal | style",
    "release_identifier": "release_id ordinal | type description value",
    "release_video": f"release_id ordinal | {VIDEO}",
    "release_company": "release_id ordinal | company_id:integer name catno entity_type entity_type_name resource_url",
    "release_image": f"release_id ordinal | {IMAGE}",
    "release_track": f"release_id ordinal | {TRACK}",
    "release_track_artist": f"release_id track_ordinal ordinal | {CREDIT}",
    "release_track_extra_artist": f"release_id track_ordinal ordinal | {CREDIT}",
    "release_sub_track": f"release_id track_ordinal ordinal | {TRACK}",
    "release_sub_track_artist": f"release_id track_ordinal sub_track_ordinal ordinal | {CREDIT}",
    "release_sub_track_extra_artist": f"release_id track_ordinal sub_track_ordinal ordinal | {CREDIT}",
}
REFERENCES = {
    "artist_id": "artist",
    "alias_id": "artist",
    "member_id": "artist",
    "group_id": "artist",
    "label_id": "label",
    "sublabel_id": "label",
    "parent_label_id": "label",
    "company_id": "label",
    "series_id": "label",
    "master_id": "master",
    "main_release_id": "release",
}
DISCOGS = read_dataset("discogs")


def test_there_are_exactly_these_tables() -> None:
    assert {table.name for table in DISCOGS.tables} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_exactly_these_columns_and_types(name: str) -> None:
    table = DISCOGS.table(name)
    columns = [c.name if c.sql_type == "text" else f"{c.name}:{c.sql_type}" for c in table.columns]
    assert f"{' '.join(table.primary_key)} | {' '.join(columns)}" == TABLES[name]
    assert {column.sql_type for column in table.key} == {"integer"}


def test_everything_has_a_comment_for_the_database() -> None:
    silent = [table.name for table in DISCOGS.tables if not table.comment]
    silent += [f"{t.name}.{c.name}" for t in DISCOGS.tables for c in (*t.key, *t.columns) if not c.comment]
    assert silent == []


def test_every_reference_is_declared_and_indexed_once() -> None:
    declared = {(key.table, key.columns, key.references_table) for key in DISCOGS.foreign_keys}
    indexed = {(table.name, index.columns) for table in DISCOGS.tables for index in table.indexes}
    expected = [(t.name, c.name) for t in DISCOGS.tables for c in t.columns if c.name in REFERENCES]
    assert declared == {(table, (column,), REFERENCES[column]) for table, column in expected}
    assert indexed == {(table, (column,)) for table, column in expected}
    assert len(declared) == 17


def test_a_release_without_master_has_null() -> None:
    assert DISCOGS.table("release").column("master_id").null_if == ("0",)


def test_the_snapshot_date_is_in_the_file_name() -> None:
    assert DISCOGS.settings.snapshot == r"discogs_(\d{8})_"
