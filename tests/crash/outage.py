"""Stop the server in the middle of loads, for a while: `python -m tests.crash.outage [SECONDS]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from loader.server import embedded
from tests.support.crashing import crash
from tests.support.running import Process, checksum, load, loader, query, running
from tests.support.server import FAST, server_home, with_database

RELEASES = 8000
OPTIONS = ("-w", 2, "--no-space-check", "--chunk-bytes", "512KB", "-v")
WRITES_AT_END = (
    "select 1 from pg_stat_activity where datname = current_database() and state = 'active' "
    "and query ~ 'resolve_build|build_table|finish_load' and pid <> pg_backend_pid()"
)
HALF = (
    "select 1 from loader.source having count(*) > 0 and (select count(*) from loader.chunk where state = 'done') "
    ">= sum(size) / 200000"
)
AWAY = (
    "select l.outages, round(extract(epoch from l.away), 1)::float8, (e.detail ->> 'tries')::int "
    "from loader.load_status as l left join loader.event as e on e.load_id = l.load_id and e.kind = 'circuit_closed'"
)


@dataclass(frozen=True)
class Place:
    """A server, the dumps to be loaded, and what undisturbed tables hold."""

    home: Path
    dumps: Path
    expected: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Outage:
    """``moment``: a query that finds a row once it has come."""

    name: str
    moment: str
    crashes: bool = False


OUTAGES = (
    Outage("stopped while it loads", HALF),
    Outage("crashed while it loads", HALF, crashes=True),
    Outage("stopped while it finishes", WRITES_AT_END),
)


def main() -> int:
    """1 when a load did not go on by itself, or what it made is not as undisturbed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.outage", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60)
    parser.add_argument("--releases", type=int, default=RELEASES)
    options = parser.parse_args()
    failures = 0
    with server_home() as home, tempfile.TemporaryDirectory() as folder:
        url = embedded.ensure_running(home, settings=FAST)
        assert loader("sample", folder, "--releases", options.releases, "--gz", database=None).code == 0
        database = _new_database(url, "undisturbed")
        began = time.monotonic()
        load(database, "discogs", folder, *OPTIONS)
        print(f"undisturbed: {time.monotonic() - began:.1f} s", flush=True)
        place = Place(home, Path(folder), checksum(database, "discogs"))
        for number, outage in enumerate(OUTAGES):
            database = _new_database(url, f"outage_{number}")
            failures += not trial(outage, place, database, options.seconds)
    return 1 if failures else 0


def trial(outage: Outage, place: Place, database: str, seconds: float) -> bool:
    """One load with an outage; whether it went on by itself, to the same result."""
    began = time.monotonic()
    with running("load", "discogs", place.dumps, *OPTIONS, database=database) as process:
        lines = _Lines(process)
        while not _happens(database, outage.moment):
            if process.poll() is not None:
                print(f"{outage.name}: the moment was missed", flush=True)
                return False
        away = time.monotonic()
        if outage.crashes:
            crash(place.home, seconds)
        else:
            embedded.stop(place.home)
            time.sleep(seconds)
            embedded.ensure_running(place.home, settings=FAST)
        back = time.monotonic()
        code = process.wait(timeout=600)
        ended = time.monotonic()
        lines.join()
    same = code == 0 and checksum(database, "discogs") == place.expected
    print(
        f"{outage.name}: away {back - away:.1f} s, {ended - began:.1f} s in all, {ended - back:.1f} s after; "
        f"exit code {code}; {'same checksums' if same else 'FAILED'}; outages, seconds, tries: {query(database, AWAY)}",
        flush=True,
    )
    for at, line in lines.said:
        if not same or "server" in line or "connection" in line:
            print(f"  {at - away:6.1f} s  {line}")
    return same


class _Lines(threading.Thread):
    """Reads what a command says, with the time."""

    def __init__(self, process: Process) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.said: list[tuple[float, str]] = []
        self.start()

    def run(self) -> None:
        for line in self._process.stdout or ():
            self.said.append((time.monotonic(), line.rstrip()))


def _new_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name))
        )
    return with_database(server, name)


def _happens(database: str, moment: str) -> bool:
    if not query(database, "select to_regclass('loader.chunk') is not null")[0][0]:
        return False
    return bool(query(database, moment))


if __name__ == "__main__":
    sys.exit(main())
