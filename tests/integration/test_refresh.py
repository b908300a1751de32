"""Next month's dump: only what differs is written, and the tables are then those of that dump alone."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.sample import write_sample
from tests.support.refreshing import by_hand, rows_that_differ, rows_written, snapshot_of_tables, wal
from tests.support.running import checksum, execute, load, query, wait_until
from tests.support.server import fresh_database
from tests.support.working import bring, load_here

MAX_WAIT_S = 1.0  # the goal is 0.1 s; a busy test machine may be late
POLL = [
    f"select '{root}', count(*), md5(string_agg(_hash::text, '' order by id)), (select count(*) from discogs.{child}) "
    f"from discogs.{root}"
    for root, child in (
        ("artist", "artist_url"), ("label", "label_url"), ("master", "master_style"), ("release", "release_track"),
    )
]  # fmt: skip
RELEASES = int(os.environ.get("LOADER_TEST_RELEASES", "1200"))
NEXT_MONTH = {"change_pct": 3, "add_pct": 1, "delete_pct": 0.5}
CHUNK_BYTES = 1 << 20
TRANSIENT = 1.1  # rows written a row that differs


@dataclass(frozen=True)
class Months:
    """Dumps of two months, the manifest of the second, a database with the first, and the checksums of the second."""

    first: Path
    second: Path
    manifest: dict[str, Any]
    database: str
    alone: dict[str, tuple[int, str]]

    def keys(self) -> dict[str, dict[str, list[int]]]:
        """By entity, the keys that were changed, added and deleted."""
        return {entity: part["keys"] for entity, part in self.manifest["entities"].items()}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory, module_database: str, server: str) -> Months:
    folder = tmp_path_factory.mktemp("months")
    first, second = folder / "first", folder / "second"
    write_sample(first, releases=RELEASES, snapshot=date(2026, 1, 1))
    manifest = write_sample(second, releases=RELEASES, snapshot=date(2026, 2, 1), **NEXT_MONTH)
    with fresh_database(server, module_database) as alone:
        load_here(alone, "discogs", [second], chunk_bytes=CHUNK_BYTES)
        expected = checksum(alone, "discogs")
    load_here(module_database, "discogs", [first], chunk_bytes=CHUNK_BYTES)
    return Months(first, second, manifest, module_database, expected)


@pytest.fixture
def database(months: Months, server: str) -> Iterator[str]:
    """A database that holds the first month."""
    with fresh_database(server, months.database) as url:
        yield url


def operations(months: Months) -> dict[str, int]:
    """What became of all records, as the generator says."""
    names = {"inserted": "added", "updated": "changed", "unchanged": "unchanged", "deleted": "deleted"}
    entities = months.manifest["entities"].values()
    return {ours: sum(e["operations"][theirs] for e in entities) for ours, theirs in names.items()}


def test_only_what_differs_is_written(months: Months, database: str) -> None:
    snapshot_of_tables(database)
    before = rows_written(database)

    summary = load(database, "discogs", months.second, "--merge", "-w", 2)

    assert checksum(database, "discogs") == months.alone
    found = operations(months)
    assert {name: summary[name] for name in found} == found
    assert (summary["duplicate"], summary["rejected"]) == (0, 0)
    differing = rows_that_differ(database)
    assert differing <= rows_written(database) - before <= TRANSIENT * differing
    changes = " union all ".join(
        f"select op, count(*)::int as n from discogs_history.{root}_change group by op"
        for root in months.manifest["entities"]
    )
    names = {"insert": "inserted", "update": "updated", "delete": "deleted"}
    recorded = query(database, f"select op, sum(n)::int from ({changes}) as c group by op")
    assert {names[op]: n for op, n in recorded} == {name: found[name] for name in names.values()}


def test_no_more_wal_than_deleting_and_inserting_what_changed(
    months: Months, database: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load_id = bring(database, "discogs", [months.second], chunk_bytes=CHUNK_BYTES)
    ((disk, estimated),) = query(database, f"select disk, wal from loader.estimate_apply({load_id})")
    with wal(database) as applied:
        execute(database, f"call loader.finish_load({load_id})")
    assert checksum(database, "discogs") == months.alone
    with fresh_database(server, months.database) as copy:
        manual = by_hand(copy, database, months.keys())
        assert checksum(copy, "discogs") == months.alone
    with capsys.disabled():
        print(f" WAL of apply: {applied.size:,}, by hand: {manual:,}, estimated: {estimated:,} ", end="")
    assert applied.size <= manual
    assert applied.size / 2 < estimated < disk < 10 * applied.size


@dataclass
class Reader(threading.Thread):
    """Polls all entities, a REPEATABLE READ transaction a poll, until it is told to stop."""

    url: str
    stop: threading.Event = field(default_factory=threading.Event)
    seen: Counter[tuple[object, ...]] = field(default_factory=Counter)
    longest: float = 0.0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.stop.is_set():
                self.seen[self.poll(connection)] += 1

    def poll(self, connection: psycopg.Connection[Any]) -> tuple[object, ...]:
        """What the entities are, one after the other, each with a table of its children."""
        found: list[object] = []
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            for text in POLL:
                start = time.monotonic()
                found += connection.execute(text.encode()).fetchall()
                self.longest = max(self.longest, time.monotonic() - start)
        return tuple(found)


def test_readers_see_the_one_month_or_the_other_and_hardly_wait(
    months: Months, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(database)
    with psycopg.connect(database, autocommit=True) as connection:
        first = reader.poll(connection)
        reader.start()
        try:
            load_here(database, "discogs", [months.second], chunk_bytes=CHUNK_BYTES)
            second = reader.poll(connection)
            wait_until(lambda: reader.seen[second] > 0, "the reader saw the second month")
        finally:
            reader.stop.set()
            reader.join()
    with capsys.disabled():
        print(f" longest wait: {reader.longest * 1000:.0f} ms, {sum(reader.seen.values())} polls ", end="")
    assert set(reader.seen) == {first, second}
    assert first != second
    assert reader.longest < MAX_WAIT_S
