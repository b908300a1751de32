"""The control schema, or the tables, restored from another time or database: told, refused, and got over."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.errors import DatabaseError
from loader.mapping.read import read_dataset
from loader.render.install import repair
from loader.server.binaries import psql_path
from tests.support.history import V1, V2, V3, Rows, Tide
from tests.support.running import execute, query
from tests.support.versions import Content

RETURNED = ((1, ("c", ("x",))), *V3[1:])  # key 1 comes with other values than any load has had


def _dump(database: str, *options: str) -> bytes:
    version = int(query(database, "show server_version_num")[0][0]) // 10000
    program = psql_path(version).with_name("pg_dump")
    return subprocess.run([program, *options, database], capture_output=True, check=True).stdout


def _restore(database: str, dump: bytes) -> None:
    version = int(query(database, "show server_version_num")[0][0]) // 10000
    told = subprocess.run(
        [psql_path(version), "-q", "-v", "ON_ERROR_STOP=1", database], input=dump, capture_output=True, check=False
    )
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("schema", ["loader", "tide", "table"])
def test_rows_that_the_manifest_does_not_know_are_refused_and_then_read_again(
    tmp_path: Path, database: str, schema: str
) -> None:
    tide = Tide(tmp_path, database)
    tide.load("20260101", V1)
    option, gone = ("-t", "table tide.row_item") if schema == "table" else ("-n", f"schema {schema}")
    older = _dump(database, option, gone.split()[1])
    tide.load("20260201", V2[::-1])
    execute(database, "call loader.finish_load(2)")  # drops the build
    execute(database, f"drop {gone} cascade")
    _restore(database, older)
    before = _content(tide)
    for request in ({"mode": "merge"}, {"mode": "replace"}):
        with pytest.raises(DatabaseError, match=r"(?s)restored from another time.*`loader migrate tide --repair`"):
            tide.load("20260301", RETURNED, **request)
    for statement in ("select * from tide_history.row_as_of(1)", "call loader.rollback(1)"):
        with pytest.raises(psycopg.Error, match=r"restored|not as the loader made them"):
            execute(database, statement)
    assert _content(tide) == before
    with connect(database) as connection:
        told = repair(connection, read_dataset(tide.mapping))
        assert "restored from another time" in told[-1]
    with pytest.raises(psycopg.Error, match="is not recorded"):
        tide.as_of(1)
    chunked = {"options": {"visibility": "chunk", "history": "off"}} if schema == "table" else {}
    tide.load("20260301", RETURNED, **chunked)
    assert _content(tide) == _wanted(RETURNED)
    execute(database, "insert into tide.row select 9, 'mine', 99, 1, gen_random_uuid()")  # as COPY would, of nobody's
    tide.load("20260302", ((9, ("theirs", ())), *RETURNED), **chunked)
    assert _content(tide)[0][-1] == (9, "theirs")
    tide.load("20260401", V1)
    assert tide.rollback(query(database, "select max(load_id) from loader.load")[0][0]) == ""
    assert _content(tide)[0][-1] == (9, "theirs")


@pytest.mark.parametrize("visibility", ["load", "chunk"])
@pytest.mark.parametrize("record", ["_record", "_record + 1"])
def test_rows_that_were_restored_alone_are_not_taken_for_those_of_a_load(
    tmp_path: Path, database: str, visibility: str, record: str
) -> None:
    """With the number of the next source they would count as written already; of unknown ones they are nobody's."""
    tide = Tide(tmp_path, database)
    tide.load("20260101", V1)
    request = {"options": {"visibility": visibility, "history": "on" if visibility == "load" else "off"}}
    execute(database, f"update tide.row set _source = 2, _record = {record}, name = 'a', _hash = gen_random_uuid()")

    with pytest.raises(psycopg.Error, match="numbers of sources that have not been loaded") as refusal:
        tide.load("20260301", V1, **request)

    execute(database, "select loader.cancel_load(2)")
    execute(database, (refusal.value.diag.message_hint or "").split(";")[0])
    tide.load("20260301", V1, **request)
    assert _content(tide) == _wanted(V1)
    execute(database, "update tide.row set _source = 500, _hash = gen_random_uuid()")
    tide.load("20260201", V2, **request)  # late: some of its records lose against rows of nobody
    why = "select distinct why from loader.conflict where load_id = (select max(load_id) from loader.load)"
    known = ("the row that is there is of no source that is known",) in query(database, why)
    assert known == (visibility == "load")  # chunk by chunk, no sample of conflicts is kept


def test_orphans_that_foreign_keys_of_others_refer_to_stay(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database)
    tide.load("20260101", V1)
    execute(
        database,
        "comment on index tide.row_item_pkey is 'Stamp of the loader: of another database'; "
        "delete from tide.row where id in (1, 3); "
        "create table mine (a integer, b integer, foreign key (a, b) references tide.row_item on delete cascade); "
        "insert into mine values (3, 1)",
    )
    with connect(database) as connection:
        repair(connection, read_dataset(tide.mapping))
    assert query(database, "select a, b from mine") == [(3, 1)]
    assert query(database, "select distinct row_id from tide.row_item where row_id in (1, 3)") == [(3,)]
    kept = query(database, "select message from loader.event where kind = 'rows_kept'")
    assert [message.partition(" stay")[0] for (message,) in kept] == [
        "1 rows of row_item that their records no longer have"
    ]


def _content(tide: Tide) -> tuple[Rows, Rows]:
    return (
        query(tide.database, "select id, name from tide.row order by 1"),
        query(tide.database, "select row_id, text from tide.row_item order by 1, ordinal"),
    )


def _wanted(records: Sequence[tuple[int, Content]]) -> tuple[Rows, Rows]:
    return [(key, name) for key, (name, _) in records], [(key, item) for key, (_, items) in records for item in items]
