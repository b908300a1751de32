"""`make bench-check`: exits with 1 when a stage takes more, for what its floor takes in the same run, than its bound.

A ratio beyond its bound is measured again, up to twice: noise goes away, a regression stays.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import machine
from tests.bench.check import bounds, client, database
from tests.bench.corpus import Dump, dump
from tests.bench.report import Table
from tests.bench.server import Server, durable_server

RELEASES = 2_000
AGAIN = 2
RENEWALS = 3
VERSIONS = ("Python", "PostgreSQL", "lxml", "numpy", "zlib-ng")


def main() -> int:
    """Measures and compares; returns an exit code."""
    parser = argparse.ArgumentParser(prog="make bench-check ARGS=…", description=__doc__)
    parser.add_argument("--renew", action="store_true", help="make the bounds anew, of three measurements")
    parser.add_argument(
        "--slow", metavar="STAGE:PERCENT", action="append", default=[],
        help="let plan, split, extract or merge take so much longer: this must fail",
    )  # fmt: skip
    options = parser.parse_args()
    slow = {name: float(percent) / 100 for name, _, percent in (text.partition(":") for text in options.slow)}
    started = time.monotonic()
    os.environ.pop("DATABASE_URL", None)  # the bounds are those of the server that the loader brings
    with durable_server(telling=True) as server, tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        facts = {name: value for name, value in machine.describe(server.version).items() if name in VERSIONS}
        gate = Gate(dump(Path(folder), RELEASES), server, slow)
        if options.renew:
            bounds.write([gate.measure() for _ in range(RENEWALS)], facts)
            print(f"{bounds.FILE.name} is made anew; say in the commit why", file=sys.stderr)
            return 0
        bad = gate.judge(bounds.read())
    if facts != bounds.versions():
        print(f"\nThe bounds were made with {machine.in_words(bounds.versions())}; this is {machine.in_words(facts)}.")
    verdict = f"slower than its bound: {', '.join(bad)}" if bad else "as it should be"
    print(f"\n{verdict} ({time.monotonic() - started:.0f} s)")
    return 1 if bad else 0


class Gate:
    """Measures all ratios over one dump."""

    def __init__(self, month: Dump, server: Server, slow: dict[str, float]) -> None:
        self._month, self._server, self._slow = month, server, slow
        self._pairs = client.pairs(month.folder)

    def measure(self, only: str = "") -> dict[str, float]:
        """All ratios, or one."""
        found = client.ratios(self._pairs, self._slow, only)
        return found | database.ratios(self._month, self._server, self._slow, only)

    def judge(self, allowed: dict[str, float]) -> list[str]:
        """Measures all ratios, again where they are beyond their bounds; prints them; returns the names of the bad."""
        measured = self.measure()
        for _ in range(AGAIN):
            for name in bounds.broken(measured, allowed):
                measured[name] = min(measured[name], self.measure(name)[name])
        bad = bounds.broken(measured, allowed)
        rows = [
            [name, f"{ratio:.2f}", f"{allowed.get(name, 0):.2f}", "too slow" if name in bad else ""]
            for name, ratio in measured.items()
        ]
        print(Table(["CPU seconds of the first for one of the second", "measured", "bound", ""], rows).as_text())
        return bad


if __name__ == "__main__":
    sys.exit(main())
