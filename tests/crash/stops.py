"""Tell commands to stop at random moments: `python -m tests.crash.stops [STOPS] [--applies N] [--seed SEED]`."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from loader.server import embedded
from tests.crash.kills import STOP, Kill
from tests.crash.trial import STOP_S, Trials
from tests.support.running import checksum, ended, execute, load, loader, query, running
from tests.support.server import FAST, fresh_database, server_home

RELEASES = 1000
# For each row that the end of the refresh writes, so much work of the server's processor.
SLOW = """
create function public.slow() returns trigger language plpgsql as
'begin perform count(*) from generate_series(1, 500000); return new; end';
create trigger slow before insert or update on discogs.release for each row execute function public.slow();
"""
OPTIONS = ("-w", 2, "--no-space-check", "--merge")


def main() -> int:
    """1 when a command did not stop in time or not go on, or what it made is not as undisturbed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.stops", description=__doc__)
    parser.add_argument("stops", nargs="?", type=int, default=50)
    parser.add_argument("--applies", type=int, default=10, help="stops within an apply of half a minute")
    parser.add_argument("--seed", help="try this one only: number of the step, a hyphen, any text")
    options = parser.parse_args()
    with server_home() as home, tempfile.TemporaryDirectory() as folder:
        url = embedded.ensure_running(home, settings=FAST)
        trials = Trials(home, url, Path(folder), kinds=(STOP,))
        places = trials.places()
        if options.seed:
            trials.run(places[int(options.seed.partition("-")[0])], options.seed)
            return 1 if trials.count.failures else 0
        while len(trials.count.stops) < options.stops and not trials.count.failures:
            number = trials.count.trials % len(places)
            trials.run(places[number], f"{number}-{random.SystemRandom().getrandbits(32):x}")
        _tell("at random moments of all journeys", trials.count.stops)
        applies = [*_applies(url, Path(folder), options.applies)]
        _tell("in the apply of a refresh", applies)
    return 1 if trials.count.failures or any(seconds > STOP_S for seconds in applies) else 0


def _applies(url: str, folder: Path, number: int) -> Iterator[float]:
    """Seconds that commands took to stop while they applied a refresh; all go on to the same result."""
    months = (folder / "first", folder / "second")
    for month, options in zip(months, ((), ("--change-pct", 50, "--snapshot", "2026-12-01")), strict=True):
        assert loader("sample", month, "--releases", RELEASES, *options, database=None).code == 0
    with fresh_database(url) as first:
        load(first, "discogs", months[0])
        execute(first, SLOW)
        with fresh_database(url, first) as database:
            began = time.monotonic()
            load(database, "discogs", months[1], *OPTIONS)
            seconds = time.monotonic() - began
            expected = checksum(database, "discogs")
        print(f"the refresh takes {seconds:.0f} s undisturbed", flush=True)
        for _ in range(number):
            with fresh_database(url, first) as database:
                yield _stopped(database, ("load", "discogs", months[1], *OPTIONS), random.uniform(0, seconds * 0.9))
                execute(database, "drop trigger slow on discogs.release")
                load(database, "discogs", months[1], *OPTIONS)
                assert checksum(database, "discogs") == expected
                assert query(database, "select count(*)::int from loader.load where state = 'done'") == [(2,)]


def _stopped(database: str, arguments: tuple[object, ...], delay: float) -> float:
    kill = Kill(STOP, "finish_load", delay)
    with running(*arguments, database=database) as process:
        phase = kill.strike(process, database, Path(), random.Random())
        told = ended(process)
    assert told.code == 1, told
    print(f"{kill.took:.3f} s, in {phase}, {delay:.1f} s after it had begun", flush=True)
    return kill.took


def _tell(where: str, stops: list[float]) -> None:
    if stops:
        print(
            f"{len(stops)} stops {where}: median {statistics.median(stops):.3f} s, longest {max(stops):.3f} s, "
            f"{sum(seconds <= STOP_S for seconds in stops)} within {STOP_S:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
