"""Limits and deadlines: what takes too long, brings too much, is too large, or is rejected too often."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.formats.xml.records import XmlRecords
from loader.load.memory_budget import fitted
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from loader.queue.assignment import Assignment
from loader.queue.worker import Worker
from loader.source.rows import Rows
from tests.support.nasty_build import MAPPINGS, document, row
from tests.support.running import checksum, ended, load, loader, query, running, wait_until
from tests.support.working import bring

SECOND = ("--set", "stall_time=1")  # five looks a second, instead of one in five


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """A dataset of rows with a number."""
    path = tmp_path / "limits.yaml"
    path.write_text(MAPPINGS["base"].format(dataset="limits"))
    return path


def dump(folder: Path, *rows: str) -> Path:
    """A dump of these rows."""
    path = folder / "dump.xml"
    path.write_bytes(document(*rows))
    return path


@contextmanager
def locked(database: str, table: str, mode: str = "access exclusive") -> Iterator[psycopg.Connection]:
    """A session that keeps a table from others until it rolls back; exclusive: they may read it."""
    with psycopg.connect(database) as session:
        session.execute(f"lock table {table} in {mode} mode".encode())
        yield session


def test_a_lock_and_a_statement_that_take_too_long_name_their_settings(
    tmp_path: Path, mapping: Path, database: str
) -> None:
    load(database, mapping, dump(tmp_path, row(1)))
    with locked(database, "limits.row"):
        lock = loader("checksum", mapping, "--set", "lock_timeout=0.2", database=database)
        statement = loader("checksum", mapping, database=database, LOADER_STATEMENT_TIMEOUT="0.2")

    assert (lock.code, statement.code) == (1, 1)
    assert "--set lock_timeout=SECONDS waits longer" in lock.err
    assert "longer than --set statement_timeout=SECONDS allows" in statement.err


def test_what_a_worker_asks_for_takes_no_longer_than_a_chunk_may(mapping: Path, database: str) -> None:
    run = RunSettings(max_chunk_time=77, lock_timeout=5, idle_timeout=0)
    worker = Worker(Assignment(database, read_dataset(str(mapping)), 1, run, LogSettings()))
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    try:
        found = [worker._connected().execute(f"show {name}".encode()).fetchone() for name in names]
    finally:
        worker.close()
    assert found == [("77s",), ("5s",), ("0",)]


def test_a_load_that_stands_still_says_who_is_in_the_way_and_goes_on(
    tmp_path: Path, mapping: Path, database: str
) -> None:
    loader("migrate", mapping, database=database)
    path = dump(tmp_path, *map(row, range(1, 9)))
    stalls = "select message, detail from loader.event where kind = 'load_stalled'"
    with (
        locked(database, "loader.chunk_attempt", "exclusive") as session,
        running("load", mapping, path, "-w", 1, "--no-space-check", *SECOND, database=database) as command,
    ):
        wait_until(lambda: bool(query(database, stalls)), "the stall is found")
        status = loader("status", "--json", database=database)
        told = loader("status", database=database)
        blocker = session.info.backend_pid
        session.rollback()
        found = ended(command)

    ((message, detail),) = query(database, stalls)
    assert "made no progress since" in message
    assert f"blocked by {blocker}" in message
    assert detail["holders"][0]["blocked_by"] == [blocker]
    assert status.json["loads"][0]["stalled_since"] is not None
    assert "stalled since" in told.out
    assert found.code == 0, found
    assert f"blocked by {blocker}" in next(line for line in found.out.splitlines() if " critical load=" in line)
    assert query(database, "select stalled_since from loader.load_status") == [(None,)]


def test_a_load_ends_as_soon_as_it_is_certain_to_have_too_many_rejects(
    tmp_path: Path, mapping: Path, database: str
) -> None:
    bad = [row(number, v="seven") for number in range(1, 9)]
    path = dump(tmp_path, *bad, *map(row, range(9, 2000)))
    slowly = ("--max-rate", "60rows", "--chunk-bytes", "1KB")  # all of it would take half a minute

    told = loader("load", mapping, path, "-w", 2, *SECOND, *slowly, "--set", "max_rejects=90%,7", database=database)

    assert told.code == 1, told
    assert "8 of " in told.err
    assert "more than max_rejects allows (7)" in told.err
    ((state, done, chunks),) = query(database, "select state, done, chunks from loader.load_status")
    assert state == "failed"
    assert done < chunks / 2 or chunks < 20  # the rest was not loaded, or not even planned


def test_whichever_bound_is_exceeded_keeps_the_load_from_being_published(
    tmp_path: Path, mapping: Path, database: str
) -> None:
    path = dump(tmp_path, *(row(number, v="seven" if number % 50 == 7 else None) for number in range(1, 1001)))
    for allowed, code in (("1%,100", 1), ("50%,19", 1), ("3%,20", 3)):
        told = loader("load", mapping, path, "-w", 1, "--set", f"max_rejects={allowed}", database=database)

        assert told.code == code, told
        assert ("were rejected, more than max_rejects allows" in told.err) == (code == 1), allowed


def test_workers_together_bring_no_more_than_they_may(tmp_path: Path, mapping: Path, database: str) -> None:
    path = dump(tmp_path, *map(row, range(1, 1501)))

    load(database, mapping, path, "-w", 2, "--max-rate", "1000rows", "--chunk-bytes", "8KB")

    ((seconds,),) = query(
        database,
        "select extract(epoch from max(c.done_at) - l.started_at)::float8 from loader.chunk as c "
        "join loader.load as l using (load_id) group by l.load_id",
    )
    assert 1500 / seconds < 1050
    assert query(database, "select count(*) from limits.row") == [(1500,)]


def large(number: int, length: int) -> str:
    """A row of more bytes."""
    return row(number, "x" * length)


def dense(number: int, tags: int) -> str:
    """A row of more tags, and so many bytes that they are counted."""
    return row(number, "<b/>" * tags)


@pytest.mark.parametrize("mode", ["--replace", "--merge"])
def test_a_record_that_is_too_large_costs_itself_and_its_beginning_is_kept(
    tmp_path: Path, mapping: Path, database: str, mode: str
) -> None:
    mapping.write_text(mapping.read_text().replace("varchar(255)", "text"))
    rows = [row(1), large(2, 101_000), row(3), dense(4, 2_600), dense(5, 2_500), row(6)]
    path = dump(tmp_path, *rows)
    start = path.read_bytes().index(b'<row id="2"')

    summary = load(database, mapping, path, mode, "--set", "max_record=98KB", "--chunk-bytes", "4KB", code=3)
    limit, most = 98 * 1024, 98 * 1024 // 40

    assert (summary["read"], summary["inserted"], summary["rejected"]) == (6, 4, 2)
    assert query(database, "select id from limits.row order by id") == [(1,), (3,), (5,), (6,)]
    found = query(
        database,
        "select record, byte_offset, byte_length, length(raw), left(encode(raw, 'escape'), 11), message "
        "from loader.reject where reason = 'too_large' and entity = 'row' order by record",
    )
    length = len(rows[1].strip())
    assert found[0] == (
        2, start, length, 4096, '<row id="2"',
        f"the record has {length:,} bytes, and max_record is {limit:,}; 4,096 bytes of it are kept",
    )  # fmt: skip
    assert found[1][:5] == (4, start + sum(map(len, rows[1:3])), len(rows[3].strip()), 4096, '<row id="4"')
    assert f"tags in {len(rows[3].strip()):,} bytes, and max_record allows {most:,}" in found[1][5]
    exported = loader("rejects", "export", mapping, database=database)
    assert [json.loads(line)["record"] for line in exported.out.splitlines()] == [2, 4]
    again = load(database, mapping, path, "--merge", "--set", "max_record=98KB", code=3)
    assert (again["unchanged"], again["rejected"]) == (4, 2)


def test_an_open_load_keeps_the_limit_that_it_began_with(tmp_path: Path, mapping: Path, database: str) -> None:
    path = dump(tmp_path, row(1), large(2, 3000), row(3))
    request = LoadRequest(
        read_dataset(str(mapping)), RunSettings(max_record=2048), database, [path], workers=1, check_space=False
    )
    with connect(database) as connection:
        register(connection, fitted(connection, request))

    refused = load(database, mapping, path, "--set", "max_record=1MB", code=2)
    assert "the open load of limits uses max_record = 2048, not 1048576" in refused["error"]
    assert query(database, "select state, options -> 'max_record' from loader.load") == [("open", 2048)]
    load(database, mapping, path, code=3)

    assert query(database, "select reason from loader.reject") == [("too_large",)]


def test_memory_that_holds_no_worker_is_refused_before_anything_begins(
    tmp_path: Path, mapping: Path, database: str
) -> None:
    path = dump(tmp_path, row(1))
    run = RunSettings(memory=192 << 20)
    request = LoadRequest(read_dataset(str(mapping)), run, database, [path], workers=4, chunk_bytes=16 << 20)
    with connect(database) as connection:
        found = fitted(connection, request)
    assert (found.workers, found.chunk_bytes, found.dataset.settings.chunk_bytes) == (2, *[5_872_025] * 2)
    told = loader("load", mapping, path, "--memory", "20MB", database=database)
    assert told.code == 2
    assert "20 MB of memory are too little for one worker" in told.err
    bring(database, mapping, [path], max_attempts=2)
    joined = loader("work", mapping, "--memory", "100MB", database=database)
    assert joined.code == 2
    assert "as in the open load" in joined.err


@pytest.mark.parametrize(
    "fault",
    [
        (MemoryError(), "the worker's memory does not suffice for it"),
        (KeyError("ours"), "KeyError: 'ours'\n  this is a bug in the loader"),
    ],
)
def test_a_chunk_that_no_worker_can_load_is_dead_in_the_end_and_costs_no_other(
    tmp_path: Path, mapping: Path, database: str, monkeypatch: pytest.MonkeyPatch, fault: tuple[Exception, str]
) -> None:
    path = dump(tmp_path, *(row(number, "huge" if number == 7 else None) for number in range(1, 40)))
    real = XmlRecords.extract

    def scarce(records: XmlRecords, *rest: Any) -> Rows:
        if any(b"huge" in records.raw(index) for index in range(len(records))):
            raise fault[0]
        return real(records, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(XmlRecords, "extract", scarce)
        bring(database, mapping, [path], max_attempts=2)
    found = query(database, "select state, attempt = max_attempts, error from loader.chunk where state <> 'done'")
    assert [(state, used) for state, used, _ in found] == [("dead", True)]
    assert fault[1] in found[0][2]
    told = loader("load", mapping, path, database=database)
    assert told.code == 1
    assert fault[1].partition("\n")[0] in told.err
    loader("requeue", mapping, database=database)
    load(database, mapping, path)
    assert checksum(database, mapping)["row"][0] == 39
