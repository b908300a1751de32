"""A load over filled tables writes what is new, and nothing else."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.publishing import Town, versions
from tests.support.running import checksum, counted, load, loader

WRITTEN = """
select relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd from pg_stat_user_tables
where schemaname = 'discogs' order by relname
"""


@pytest.fixture
def database(discogs_database: str) -> str:
    """Installing the procedures takes as long as a small load."""
    return discogs_database


def test_the_same_load_again_writes_not_one_row(tmp_path: Path, database: str) -> None:
    assert loader("sample", tmp_path, "--releases", 60, "--fault", "duplicate_key:4", database=None).code == 0
    first = load(database, "discogs", tmp_path, "--chunk-bytes", "50KB")
    before, sums = written(database), checksum(database, "discogs")
    assert len(before) == 36

    again = counted(load(database, "discogs", tmp_path, "--chunk-bytes", "16KB", "-w", 2))

    assert again["unchanged"] + again["duplicate"] == again["read"] == int(first["read"])
    assert again["duplicate"] == int(first["duplicate"]) == 4
    assert (written(database), checksum(database, "discogs")) == (before, sums)

    later = tmp_path / "later"
    later.mkdir()
    for path in tmp_path.glob("*.xml"):
        path.rename(later / path.name.replace("20261101", "20261201"))
    newer = counted(load(database, "discogs", later, "-w", 2))

    assert newer == again
    assert (written(database), checksum(database, "discogs")) == (before, sums)


def test_a_refresh_counts_what_has_changed(tmp_path: Path, database: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert loader("sample", old, "--releases", 60, "--snapshot", "2026-10-01", database=None).code == 0
    changes = ("--change-pct", 5, "--add-pct", 4)
    made = loader("sample", new, "--releases", 60, *changes, "--json", database=None).json
    load(database, "discogs", old)

    found = counted(load(database, "discogs", new, "--chunk-bytes", "16KB", "-w", 2))

    operations = [entity["operations"] for entity in made["entities"].values()]
    expected = {name: sum(entity[name] for entity in operations) for name in ("changed", "added", "unchanged")}
    assert (found["updated"], found["inserted"], found["unchanged"]) == tuple(expected.values())
    assert min(expected.values()) > 0
    merged = checksum(database, "discogs")
    load(database, "discogs", new, "--replace")
    assert checksum(database, "discogs") == merged


@pytest.mark.parametrize("mode", ["--merge", "--replace"])
def test_loading_one_entity_leaves_the_others_as_they_were(town: Town, filled: str, mode: str) -> None:
    load(filled, town.mapping(), town.dump("B")[1], mode, "--snapshot", "2026-02-01")

    assert versions(filled) == {"person": ["A"], "person_book": ["A"], "thing": ["B"]}


def written(database: str) -> list[tuple[object, ...]]:
    """Rows written so far, by table, as the server's counters have it."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("select pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        return connection.execute(WRITTEN).fetchall()
