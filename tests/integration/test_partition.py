"""Fixed shares: whoever does which share, when, with how many workers, the tables come out the same."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.running import Run, checksum, ended, execute, load, loader, query, running
from tests.support.versions import MAPPING

RECORDS = 60
OPTIONS = ("-w", 2, "--chunk-bytes", 300, "--no-space-check")
OF_SHARE = "select count(*)::int from loader.chunk where state <> 'done' and mod(source_id + number, %s) = %s - 1"
LEFT = "select count(*)::int from loader.chunk where state <> 'done'"
STATE = "select state from loader.load order by load_id desc limit 1"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "rows.yaml"
    path.write_text(MAPPING.format(dataset="rows"))
    return path


@pytest.fixture
def dumps(tmp_path: Path) -> list[Path]:
    return [dump(tmp_path / "a_20260101.xml", 1), dump(tmp_path / "b_20260101.xml", 1 + RECORDS // 2)]


def dump(path: Path, first: int, changed: int = 0) -> Path:
    """A file of records, the keys of which follow each other."""
    rows = "".join(
        f'<row id="{n}"><name>{"new" if n == changed else "name"} {n}</name></row>\n'
        for n in range(first, first + RECORDS)
    )
    path.write_text(f"<dump>{rows}</dump>")
    return path


def share(database: str, mapping: Path, dumps: list[Path], partition: str, command: str = "load") -> Run:
    """One command, to its end."""
    files = dumps if command == "load" else []
    options = OPTIONS if command == "load" else OPTIONS[:2]
    return loader(command, mapping, *files, "--partition", partition, *options, database=database)


def test_shares_one_after_the_other_and_the_last_ends_the_load(database: str, mapping: Path, dumps: list[Path]) -> None:
    first = share(database, mapping, dumps, "1/3")
    assert first.code == 0, first
    left = query(database, LEFT)[0][0]
    assert f"partition 1/3 is done; {left} chunks of others are left" in first.out
    assert [query(database, OF_SHARE, 3, number)[0][0] > 0 for number in (1, 2, 3)] == [False, True, True]

    second = share(database, mapping, dumps, "3/3", "work")
    assert (second.code, second.out) == (0, "load 1: no chunk of partition 3/3 is left\n")
    assert [query(database, OF_SHARE, 3, number)[0][0] > 0 for number in (1, 2, 3)] == [False, True, False]
    assert query(database, STATE) == [("open",)]
    again = share(database, mapping, dumps, "1/3")
    assert again.code == 0
    assert "partition 1/3 is done" in again.out, "what is done stays done"

    last = share(database, mapping, dumps, "2/3")
    assert (last.code, query(database, STATE)) == (0, [("done",)]), last
    shared = checksum(database, mapping)
    assert query(database, "select count(*)::int from loader.chunk where attempt > 1") == [(0,)]

    execute(database, "select loader.drop_dataset('rows')")
    load(database, mapping, *dumps, "--chunk-bytes", 700)
    assert checksum(database, mapping) == shared


def test_shares_at_once(database: str, mapping: Path, dumps: list[Path]) -> None:
    with ExitStack() as stack:
        commands = [
            stack.enter_context(
                running("load", mapping, *dumps, "--partition", f"{number}/3", *OPTIONS, database=database)
            )
            for number in (1, 2, 3)
        ]
        told = [ended(command) for command in commands]

    assert [run.code for run in told] == [0, 0, 0], told
    assert any("is done" in run.out and "partition" not in run.out for run in told), "one of them ends the load"
    assert query(database, STATE) == [("done",)]
    assert query(database, "select count(*)::int, sum(id)::int from rows.row") == [(90, 90 * 91 // 2)]
    assert query(database, "select count(*)::int from loader.chunk where attempt > 1") == [(0,)]


def test_who_names_no_share_takes_all_that_is_left(database: str, mapping: Path, dumps: list[Path]) -> None:
    assert share(database, mapping, dumps, "2/4").code == 0
    assert query(database, LEFT)[0][0] > 0

    load(database, mapping, *dumps)

    assert query(database, STATE) == [("done",)]
    assert query(database, "select count(*)::int from rows.row") == [(90,)]


def test_the_last_takes_what_comes_back_into_the_queue_of_others(
    database: str, mapping: Path, dumps: list[Path], tmp_path: Path
) -> None:
    """A record of share 1 equals its row and is left out; the row goes before the load ends. Its chunk comes back."""
    load(database, mapping, dumps[0])
    later = [dump(tmp_path / "a_20260201.xml", 1, changed=30)]
    assert share(database, mapping, later, "1/2").code == 0
    ((low, records),) = query(
        database,
        "select first_record::int, records::int from loader.chunk "
        "where state = 'done' and load_id = 2 and unchanged > 0 order by number limit 1",
    )
    execute(database, f"delete from rows.row where id between {low} and {low + records - 1}")

    last = share(database, mapping, later, "2/2")

    assert last.code == 0, last
    assert query(database, "select kind from loader.event where kind = 'chunks_overtaken'") == [("chunks_overtaken",)]
    assert query(database, "select count(*)::int from rows.row") == [(RECORDS,)]


def test_dead_chunks_of_the_share_are_told(database: str, mapping: Path, dumps: list[Path]) -> None:
    assert share(database, mapping, dumps, "1/2").code == 0
    execute(database, "update loader.chunk set state = 'dead', error = 'poison' where chunk_id = "
            "(select min(chunk_id) from loader.chunk where state = 'ready')")  # fmt: skip

    assert share(database, mapping, dumps, "2/2", "work").code == 0
    execute(database, "update loader.chunk set state = 'ready', done_at = null, read = 0, inserted = 0 "
            "where mod(source_id + number, 2) = 0 and state = 'done'")  # fmt: skip
    told = share(database, mapping, dumps, "2/2")

    assert told.code == 1
    assert "1 chunks of partition 2/2 are dead" in told.err
