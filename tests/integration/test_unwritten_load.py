"""A load that has written nothing does not stand in the way of a mapping that was mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.errors import LoaderError
from loader.load import register, same_content
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from loader.render.digest import rendered_hash
from tests.support.running import execute, load, loader, query
from tests.support.working import bring

MAPPING = """\
dataset: tide
entities:
  row: {record: /dump/row, key: {id: "@id"}, columns: {day: {path: "@day", type: date}}}
"""
MENDED = MAPPING.replace("type: date", "type: text")


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "tide.yaml"
    path.write_text(MAPPING)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "tide.xml"
    path.write_text('<dump><row id="1" day="2026-11-22"/><row id="2" day="2026-11-23"/></dump>')
    return path


def begun(database: str, mapping: Path, dump: Path, mode: str | None = None) -> int:
    """A load with its source, and nothing done yet."""
    request = LoadRequest(
        read_dataset(str(mapping)), RunSettings(), database, [dump], workers=1, mode=mode, check_space=False
    )
    with connect(database) as connection:
        return register.register(connection, request)


@pytest.mark.parametrize("mode", [None, "merge"])
def test_it_gives_way(mapping: Path, dump: Path, database: str, mode: str | None) -> None:
    begun(database, mapping, dump, mode)
    mapping.write_text(MENDED)

    assert load(database, mapping, dump)["load"] == 2
    assert query(database, "select state from loader.load order by load_id") == [("cancelled",), ("done",)]
    assert query(database, "select count(*) from tide.row") == [(2,)]


def test_so_does_one_of_which_all_was_rejected(mapping: Path, dump: Path, database: str) -> None:
    dump.write_text(dump.read_text().replace("2026", "no"))
    assert bring(database, mapping, [dump]) == 1
    mapping.write_text(MENDED)

    assert load(database, mapping, dump)["load"] == 2


def test_one_that_has_rows_is_refused_until_it_is_cancelled(mapping: Path, dump: Path, database: str) -> None:
    assert bring(database, mapping, [dump]) == 1
    mapping.write_text(MENDED)

    refused = loader("load", mapping, dump, database=database)

    assert (refused.code, "loader cancel tide" in refused.err) == (1, True), refused
    assert loader("cancel", "tide", database=database).code == 0
    assert load(database, mapping, dump)["load"] == 2


def test_an_open_merge_goes_on_with_other_routines_but_not_with_other_procedures(
    mapping: Path, dump: Path, database: str
) -> None:
    assert bring(database, mapping, [dump], mode="merge") == 1
    again = ("load", mapping, dump, "--merge")
    execute(
        database,
        "update loader.migration set sha256 = 'another' where version = 0;"
        "update loader.dataset set rendered_hash = 'another'",
    )

    refused = loader(*again, database=database)

    assert refused.code == 1, refused
    assert "load 1 of tide is a merge that another program has begun" in refused.err
    procedures = rendered_hash(read_dataset(str(mapping)))
    execute(database, f"update loader.dataset set rendered_hash = '{procedures}'")
    assert loader(*again, database=database).code == 0
    assert query(database, "select load_id, state from loader.load") == [(1, "done")]


@pytest.mark.parametrize("what", ["plans", "loads"])
def test_one_that_somebody_works_at_is_refused(mapping: Path, dump: Path, database: str, what: str) -> None:
    begun(database, mapping, dump)
    mapping.write_text(MENDED)
    with connect(database) as worker:
        source = worker.execute("select source_id, lease_token from loader.claim_source(1, 'me')").fetchone()
        if what == "loads" and source is not None:
            worker.execute("select loader.plan_chunk(%s, loader.make_piece(1, 1, 2, 50))", source[:1])
            worker.execute("select loader.claim_chunk(1, 'me')")
            worker.execute("update loader.source set state = 'planned', lease_token = null, leased_until = null")
        with pytest.raises(LoaderError, match="open load that began with another mapping"):
            begun(database, mapping, dump)
    assert query(database, "select state from loader.load") == [("open",)]


def test_commands_that_do_not_load_give_nothing_up(mapping: Path, dump: Path, database: str) -> None:
    begun(database, mapping, dump)
    mapping.write_text(MENDED)

    for command in (("conflicts", mapping, dump), ("migrate", mapping)):
        assert loader(*command, database=database).code == 1
    assert query(database, "select state from loader.load") == [("open",)]


def test_a_file_is_hashed_before_the_transaction_of_its_load(
    mapping: Path, dump: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In it, tables may be locked: readers would wait for as long as it takes to read the file."""
    load(database, mapping, dump)
    open_transactions = "select count(*) from pg_stat_activity where state = 'idle in transaction'"
    digest, seen = same_content._sha256, []

    def slow(path: Path) -> str:
        seen.append(query(database, open_transactions)[0][0])
        return digest(path)

    monkeypatch.setattr(same_content, "_sha256", slow)
    assert begun(database, mapping, dump) == 2
    assert seen == [0]
    execute(database, "select loader.cancel_load(2)")
