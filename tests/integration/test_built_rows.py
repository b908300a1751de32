"""A replace counts no rows: what it tells of its tables is what building their keys has counted."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.publishing import TABLES, Town
from tests.support.running import load
from tests.support.working import bring


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


def test_built_tables_that_somebody_alters_are_not_published(database: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    load_id = bring(database, town.mapping(), [Path(path) for path in town.dump("A", 3)], mode="replace")
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("call loader.finish_load(%s)", (load_id,))
        session.execute(
            "alter table town_build.person add mine int; alter table town_build.person_book drop column title"
        )
        with pytest.raises(psycopg.Error, match="somebody has altered") as refused:
            session.execute("call loader.finish_load(%s)", (load_id,))
    assert refused.value.sqlstate == "LD034"
    assert (refused.value.diag.message_detail or "").splitlines() == [
        "town_build.person.mine: the loader does not know this column",
        "town_build.person_book.title: the column is missing",
    ]
