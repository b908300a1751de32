"""A replace counts no rows: what it tells of its tables is what building their keys has counted."""

from __future__ import annotations

from pathlib import Path

import psycopg

from tests.publishing import TABLES, Town
from tests.running import load


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as session:
        counts = (session.execute(f"select '{name}', count(*) from town.{name}".encode()).fetchone() for name in TABLES)
        return dict(row for row in counts if row)


def test_rows_told_are_rows_published(database: str, tmp_path: Path) -> None:
    """Two files hold most keys: losers are gone by then, with their children."""
    town = Town(tmp_path)
    later = [Path(path).rename(tmp_path / f"later_{Path(path).name}") for path in town.dump("B", 700)]
    told = load(database, town.mapping(), *town.dump("A", 900), *later, "--replace")
    assert told["duplicate"] == 1400
    assert told["tables"] == _rows(database) == {"person": 900, "person_book": 1800, "thing": 900}


def test_of_a_table_without_rows_there_is_no_count(database: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    (tmp_path / "people.xml").write_text("<people><person id='1'><name>n</name></person></people>")
    told = load(database, town.mapping(), str(tmp_path / "people.xml"), "--replace")
    assert told["tables"] == {"person": 1, "person_book": 0}
