"""Eight loaders at the same keys, again and again: `python -m tests.crash.contention [MINUTES]`.

Every chunk of every file holds the same keys, so all workers want to write the same rows at the same time. What the
tables hold afterwards is compared with a plain oracle; a deadlock that a command tells is a failure.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from loader.server import embedded
from tests.support.policies import Issue, State, expected, issues, only, stored, write
from tests.support.running import ended, loader, query, running
from tests.support.server import fresh_database, server_home

LOADERS = 8
BY_CHUNK = ("newest", "oldest")  # entities whose policies write chunk by chunk
VISIBILITIES = ("chunk", "chunk", "load")  # of three rounds
SHOPS, DAYS, KEYS = 5, 3, 40
CHUNK_BYTES = 12_000  # an issue is three to four of them
CLEAN = (0, 3)


@dataclass
class Count:
    """What was done, and what was wrong."""

    rounds: int = 0
    loads: int = 0
    rows: int = 0
    deadlocks: int = 0
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """1 when a command failed, or what all of them made is not what the oracle has."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.contention", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=5.0)
    options = parser.parse_args()
    count = Count()
    end = time.monotonic() + options.minutes * 60
    with server_home() as home, tempfile.TemporaryDirectory() as folder:
        url = embedded.ensure_running(home)
        log = embedded.status(home).log
        while time.monotonic() < end:
            with fresh_database(url) as database:
                contend(database, Path(folder, str(count.rounds)), random.SystemRandom().getrandbits(32), count)
            print(f"round {count.rounds}: {count.deadlocks} deadlocks, {len(count.failures)} failures", flush=True)
    print(
        f"{count.rounds} rounds, {count.loads} commands of {LOADERS} at a time, {count.rows:,} rows compared, "
        f"{count.deadlocks} deadlocks met by the server, {len(count.failures)} failures"
    )
    for failure in count.failures:
        print(f"  {failure}")
    if count.deadlocks:
        print(f"What the server says of the first:\n{log.read_text().partition('deadlock detected')[2][:3000]}")
    return 1 if count.failures else 0


def contend(database: str, folder: Path, seed: int, count: Count) -> None:
    """One round: a first load by one, then what all of them load together."""
    folder.mkdir()
    visibility = VISIBILITIES[count.rounds % len(VISIBILITIES)]
    mapping = only(folder, BY_CHUNK, f"visibility: {visibility}")
    given = [Issue(i.shop, i.day, 0, i.offers) for i in issues(seed, shops=SHOPS, days=DAYS, keys=KEYS)]
    days = sorted({issue.day for issue in given})
    done: list[list[Issue]] = []
    for day in days:
        together = [issue for issue in given if issue.day == day]
        paths = write(folder / day, together, BY_CHUNK)
        _load(database, mapping, paths, count)
        done.append(together)
    wanted = {entity: rows for entity, rows in expected(done, deletes=False).items() if entity in BY_CHUNK}
    found = stored(database, BY_CHUNK)
    count.rows += sum(len(rows) for rows in found.values())
    count.rounds += 1
    count.deadlocks += query(
        database, "select deadlocks::int from pg_stat_database where datname = current_database()"
    )[0][0]
    count.failures += [f"seed {seed}, {visibility}: {text}" for text in _differences(wanted, found)]


def _load(database: str, mapping: Path, paths: Sequence[Path], count: Count) -> None:
    """All loaders at once; who comes too late for the load finds nothing to change."""
    command = [
        "load", mapping, *paths, "--merge", "--workers", 1, "--chunk-bytes", CHUNK_BYTES, "--no-space-check", "-v"
    ]  # fmt: skip
    assert loader("migrate", mapping, database=database).code == 0
    with ExitStack() as stack:
        processes = [stack.enter_context(running(*command, database=database)) for _ in range(LOADERS)]
        for process in processes:
            told = ended(process)
            count.loads += 1
            if told.code not in CLEAN or "deadlock" in told.out.lower():
                count.failures.append(f"ended with {told.code}: {told.out[-2000:]}")


def _differences(wanted: dict[str, State], found: dict[str, State]) -> list[str]:
    return [
        f"{entity}: {len(wanted[entity])} rows expected, {len(found[entity])} found"
        for entity in wanted
        if wanted[entity] != found[entity]
    ]


if __name__ == "__main__":
    sys.exit(main())
