"""A worker that plans loads what it has at hand: nothing is read twice, and no chunk's failure ends the planning."""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.errors import DatabaseError, LoaderError
from loader.queue.load_chunk import ChunkLoader
from loader.source.packing.ranges import Reader
from tests.support.running import execute, query
from tests.support.versions import MAPPING
from tests.support.working import bring, load_here

RECORDS = 60
ROWS = "".join(f'<row id="{n}"><name>name {n}</name></row>' for n in range(1, RECORDS + 1))
READ_AGAIN = "select count(*)::int from loader.chunk_attempt where attempt > 1"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "rows.yaml"
    path.write_text(MAPPING.format(dataset="rows"))
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "rows.xml.gz"
    path.write_bytes(gzip.compress(f"<dump>{ROWS}</dump>".encode()))
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """First bytes of the chunks that are read again."""
    found: list[int] = []
    read = Reader.read

    def counted(self: Reader, span: Any) -> bytes:
        found.append(span.start)
        return read(self, span)

    monkeypatch.setattr(Reader, "read", counted)
    return found


def test_a_worker_alone_reads_no_byte_twice(mapping: Path, dump: Path, database: str, reads: list[int]) -> None:
    load_here(database, mapping, [dump])

    assert reads == []
    assert query(database, "select count(*) > 5 from loader.chunk") == [(True,)]
    assert query(database, "select count(*)::int from rows.row") == [(RECORDS,)]


def test_a_chunk_that_fails_does_not_end_the_planning(
    mapping: Path, dump: Path, database: str, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failed = ChunkLoader.load, []

    def failing(self: ChunkLoader, chunk: Any, *arguments: Any) -> None:
        if chunk.piece.first_record == 1 and not failed:
            failed.append(chunk.chunk_id)
            raise LoaderError("made to fail")
        whole(self, chunk, *arguments)

    monkeypatch.setattr(ChunkLoader, "load", failing)

    load_here(database, mapping, [dump])

    outcomes = "select attempt, outcome, error from loader.chunk_attempt where chunk_id = %s order by attempt"
    assert query(database, outcomes, failed[0]) == [(1, "failed", "made to fail"), (2, "done", None)]
    assert query(database, READ_AGAIN) == [(1,)]
    assert len(reads) == 1
    assert query(database, "select count(*)::int from rows.row") == [(RECORDS,)]


def test_a_long_chunk_does_not_cost_the_planner_its_source(
    mapping: Path, dump: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, held = ChunkLoader.load, []

    def slow(self: ChunkLoader, chunk: Any, *arguments: Any) -> None:
        if not held:
            time.sleep(1.2)
            held.extend(query(database, "select state, leased_until > clock_timestamp() from loader.source"))
        whole(self, chunk, *arguments)

    monkeypatch.setattr(ChunkLoader, "load", slow)

    load_here(database, mapping, [dump], lease=0.9)

    assert held == [("planning", True)]
    assert query(database, READ_AGAIN) == [(0,)]


def test_what_others_wait_for_is_left_to_them(database: str, mapping: Path, dump: Path) -> None:
    """Of two workers the one that plans keeps two chunks waiting; alone it keeps all."""
    load = bring(database, mapping, [dump])
    execute(database, "update loader.source set state = 'registered'")
    ((source,),) = query(database, "select source_id from loader.source")

    def is_claimed(number: int, others: int | None, digest: int = 7) -> bool:
        piece = f"loader.make_piece({number}, {1000 + number}, 1, 1000, p_digest => {digest})"
        plan = f"select lease_token is not null from loader.plan_and_claim(%s, {piece}, 5, 'me', %s)"
        return bool(query(database, plan, source, others)[0][0])

    assert [is_claimed(number, 1) for number in (101, 102, 103, 104)] == [False, False, True, True]
    assert is_claimed(105, 0)
    assert not is_claimed(106, 9)
    assert is_claimed(107, None), "it is not worth anybody's reading it again"
    leased = "select number, attempt, worker from loader.chunk where load_id = %s and state = 'leased' order by 1"
    assert query(database, leased, load) == [(103, 1, "me"), (104, 1, "me"), (105, 1, "me"), (107, 1, "me")]
    assert is_claimed(101, 0), "planned before, the same"
    with pytest.raises(psycopg.Error, match="is not the file that was planned: chunk 102 has other bytes"):
        is_claimed(102, 0, digest=8)


@pytest.mark.parametrize("state", ["done", "ready", "dead"])
def test_a_file_that_was_exchanged_while_it_was_planned_is_refused(
    state: str, database: str, mapping: Path, tmp_path: Path
) -> None:
    """Of the same size and records: what the chunks that are done were loaded from is not there any more."""
    dump = tmp_path / "rows.xml"
    dump.write_text(f"<dump>{ROWS}</dump>")
    bring(database, mapping, [dump])
    execute(database, "update loader.source set state = 'registered', sha256 = null, content = null, records = null")
    execute(database, f"update loader.chunk set state = '{state}' where number = 1") if state != "done" else None
    dump.write_text(dump.read_text().replace("name 1<", "NAME 1<"))
    with pytest.raises(DatabaseError, match="is not the file that was planned: chunk 1 has other bytes") as refused:
        load_here(database, mapping, [dump])
    assert "loader cancel rows" in str(refused.value.hint)
    if state == "done":
        dump.write_text(dump.read_text().replace("NAME 1<", "name 1<"))
        load_here(database, mapping, [dump])
        assert query(database, "select name from rows.row where id = 1") == [("name 1",)]
