"""Loaded tables tell everything the dumps say: rows counted by lxml, every value in its place."""

from __future__ import annotations

import gzip
import os
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import psycopg
import pytest
from lxml import etree
from psycopg import sql

from loader.mapping.read import read_dataset
from tests.support.running import load, loader
from tests.support.walking import Row, compare
from tests.unit.extract.discogs_records import CURRENT

DISCOGS = read_dataset("discogs")
REAL = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "discogs"
CREDITS = {"artist": "artists/artist", "extra_artist": "extraartists/artist"}

# Where the rows of each table stand in a dump, independent of the mapping.
PLACES = {
    "artist": "/artists/artist",
    "artist_url": "/artists/artist/urls/url",
    "artist_name_variation": "/artists/artist/namevariations/name",
    "artist_alias": "/artists/artist/aliases/name",
    "artist_member": "/artists/artist/members/name",
    "artist_group": "/artists/artist/groups/name",
    "artist_image": "/artists/artist/images/image",
    "label": "/labels/label",
    "label_url": "/labels/label/urls/url",
    "label_sublabel": "/labels/label/sublabels/label",
    "label_image": "/labels/label/images/image",
    "master": "/masters/master",
    "master_artist": "/masters/master/artists/artist",
    "master_genre": "/masters/master/genres/genre",
    "master_style": "/masters/master/styles/style",
    "master_video": "/masters/master/videos/video",
    "master_image": "/masters/master/images/image",
    "release": "/releases/release",
    "release_label": "/releases/release/labels/label",
    "release_series": "/releases/release/series/series",
    "release_format": "/releases/release/formats/format",
    "release_format_description": "/releases/release/formats/format/descriptions/description",
    "release_genre": "/releases/release/genres/genre",
    "release_style": "/releases/release/styles/style",
    "release_identifier": "/releases/release/identifiers/identifier",
    "release_video": "/releases/release/videos/video",
    "release_company": "/releases/release/companies/company",
    "release_image": "/releases/release/images/image",
    "release_track": "/releases/release/tracklist/track",
    "release_sub_track": "/releases/release/tracklist/track/sub_tracks/track",
    **{
        f"release{owner}_{credit}": f"/releases/release{place}/{path}"
        for owner, place in {
            "": "",
            "_track": "/tracklist/track",
            "_sub_track": "/tracklist/track/sub_tracks/track",
        }.items()
        for credit, path in CREDITS.items()
    },
}


@pytest.fixture(params=["2020", "current", "by hand", "real"])
def dumps(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of dumps: samples of both forms, records with every element there is, and real ones."""
    if request.param == "real":
        if not REAL.exists():
            pytest.skip("needs the real samples (LOADER_TEST_DATA)")
        return REAL
    if request.param == "by hand":
        for entity, record in CURRENT.items():
            (tmp_path / f"{entity}s.xml").write_text(f"<{entity}s>\n{record}\n</{entity}s>\n", "utf-8")
        return tmp_path
    told = loader("sample", tmp_path, "--releases", 60, "--form", request.param, "--gz", database=None)
    assert told.code == 0, told
    return tmp_path


def test_every_table_has_the_rows_and_every_row_the_values_that_lxml_finds(dumps: Path, database: str) -> None:
    documents = [parsed(path) for path in sorted(dumps.glob("*.xml*"))]
    expected = {
        table: sum(int(document.xpath(f"count({place})")) for document in documents) for table, place in PLACES.items()
    }
    read = sum(len(document) for document in documents)

    summary = load(database, "discogs", dumps, "--chunk-bytes", "60KB", "-w", 2)

    assert set(expected) == {table.name for table in DISCOGS.tables}
    assert summary["tables"] == expected
    assert (summary["read"], summary["inserted"], summary["rejected"], summary["unmapped"]) == (read, read, 0, [])
    compared = 0
    for document in documents:
        entity = str(document.tag).removesuffix("s")
        stored = rows(database, entity)
        for record in document:
            key = str(record.get("id") or record.findtext("id"))
            compare(DISCOGS, entity, record, stored[key], key, stored=True)
            compared += 1
    assert compared == read > 0


def parsed(path: Path) -> etree._Element:
    """A whole document."""
    data = path.read_bytes()
    return etree.fromstring(gzip.decompress(data) if path.suffix == ".gz" else data)


def rows(database: str, entity: str) -> dict[str, dict[str, list[Row]]]:
    """What the tables hold of each record, by table, as text."""
    result: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    with psycopg.connect(database) as connection:
        for table in DISCOGS.entity_tables(entity):
            names = columns(table.name)
            query = sql.SQL("select {} from discogs.{}").format(
                sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names),
                sql.Identifier(table.name),
            )
            for row in connection.execute(query):
                result[row[0]][table.name].append(dict(zip(names, row, strict=True)))
    return result


@lru_cache
def columns(table: str) -> tuple[str, ...]:
    """Key, ordinals and values of a table."""
    found = DISCOGS.table(table)
    return (*(c.name for c in found.key), *found.ordinals, *(c.name for c in found.columns))
