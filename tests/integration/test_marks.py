"""The column of marks: a user's of that name is refused, the loader's is made again when somebody has dropped it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.errors import DatabaseError
from loader.mapping.read import read_dataset
from loader.render.install import repair
from tests.support.history import FLOOD, HISTORY, V1, V2, V3, Tide
from tests.support.running import execute, loader, query

MARK = HISTORY.replace("deletes: delete", "deletes: mark")
GONE = "select id, _gone_since::text from tide.row where _gone_since is not null order by id"


def test_a_users_column_of_that_name_is_refused_and_stays(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database)
    tide.load("20260101", V1)
    tide.load("20260201", V2)
    execute(database, "alter table tide.row add _gone_since date; update tide.row set _gone_since = '1999-01-01'")
    before = tide.state()
    tide = Tide(tmp_path, database, MARK)
    with pytest.raises(DatabaseError, match=r'\n  column tide\."row"\._gone_since\n.*rename column'):
        tide.load("20260301", V3)
    with connect(database) as connection:
        repair(connection, read_dataset(str(tide.mapping)))
    with pytest.raises(psycopg.Error, match="in the way of deletes"):
        execute(database, "call loader.rollback(2)")
    assert tide.state() == before
    assert query(database, "select count(*) from loader.load") == [(2,)]
    execute(database, "alter table tide.row rename column _gone_since to mine")
    tide.load("20260301", V3)
    assert query(database, GONE) == [(5, "2026-03-01")]
    assert query(database, "select count(mine) from tide.row") == [(5,)]


def test_a_marked_row_keeps_the_values_that_it_had(tmp_path: Path, database: str) -> None:
    """Which depend on the order of the dumps, as docs/refresh.md says."""
    says = {"09": V1, "10": ((1, FLOOD), *V1[1:]), "11": V1[1:]}
    for order, visibility, name in (("091011", "load", "flood"), ("091110", "load", "ebb"), ("091110", "chunk", "ebb")):
        tide = Tide(tmp_path, database, MARK.replace("history: on", f"visibility: {visibility}"))
        for month in (order[:2], order[2:4], order[4:]):
            tide.load(f"2026{month}01", says[month])
        found = query(database, "select name, _gone_since::text from tide.row where id = 1")
        assert found == [(name, "2026-11-01")], (order, visibility)
        execute(database, "select loader.drop_dataset('tide')")


def test_a_replace_brings_the_column_and_marks_nothing(tmp_path: Path, database: str) -> None:
    """The rows in use have no such column, so what the replace changes is counted, but not recorded."""
    tide = Tide(tmp_path, database)
    tide.load("20260101", V1)
    tide = Tide(tmp_path, database, MARK)
    tide.load("20260201", V2, mode="replace")
    assert query(database, "select deleted from loader.load_entity where load_id = 2") == [(1,)]
    assert query(database, GONE) == []
    with pytest.raises(psycopg.Error) as refused:
        tide.as_of(1)
    assert refused.value.sqlstate == "LD019"
    tide.load("20260301", V3)
    assert query(database, GONE) == [(5, "2026-03-01")]


def test_a_dropped_column_of_marks_is_made_again(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database, MARK)
    tide.load("20260101", V1)
    tide.load("20260201", V2)
    assert query(database, GONE) == [(3, "2026-02-01")]
    execute(database, "update tide.row set _gone_since = '2020-01-01' where id = 2")  # a mark that no dump accounts for
    told = loader("repair", tide.mapping, "--check", "--json", "-w", 1, database=database)
    assert (told.code, told.json["row"]) == (1, {"missing": 0, "differing": 1, "surplus": 0})
    execute(database, "alter table tide.row drop column _gone_since")
    with pytest.raises(
        DatabaseError, match=r"next full snapshot marks them again\n  `loader migrate tide --repair` creates"
    ):
        tide.load("20260301", V3)
    with connect(database) as connection:
        repair(connection, read_dataset(str(tide.mapping)))
    tide.load("20260301", V3)
    assert query(database, GONE) == [(3, "2026-03-01"), (5, "2026-03-01")]
    execute(database, "alter table tide.row drop column _gone_since")
    tide = Tide(tmp_path, database)  # that marks nothing any more, and misses nothing
    tide.load("20260401", V3)
