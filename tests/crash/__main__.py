"""Kill loads, refreshes and rollbacks at random moments: `python -m tests.crash [KILLS] [--seed SEED]`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from loader.server import embedded
from tests.crash.kills import KINDS
from tests.crash.trial import Count, Trials
from tests.support.server import FAST, server_home


def main() -> int:
    """1 when a command did not go on, or what it made is not as undisturbed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=200)
    parser.add_argument("--seed", help="try this one only: number of the step, a hyphen, any text")
    parser.add_argument("--minutes", type=float, default=1e9, help="end earlier")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="what is done (default: all)")
    options = parser.parse_args()
    started = time.monotonic()
    with server_home() as home, tempfile.TemporaryDirectory() as folder:
        trials = Trials(home, embedded.ensure_running(home, settings=FAST), Path(folder), options.kinds)
        places = trials.places()
        print(f"{len(places)} steps, undisturbed in {sum(place.seconds for place in places):.0f} s", flush=True)
        if options.seed:
            trials.run(places[int(options.seed.partition("-")[0])], options.seed)
        while not options.seed and sum(trials.count.kills.values()) < options.kills:
            if time.monotonic() - started > options.minutes * 60:
                break
            number = trials.count.trials % len(places)
            trials.run(places[number], f"{number}-{random.SystemRandom().getrandbits(32):x}")
        _summary(trials.count)
    return 1 if trials.count.failures else 0


def _summary(count: Count) -> None:
    kinds: Counter[str] = Counter()
    phases: Counter[str] = Counter()
    for (kind, phase), number in count.kills.items():
        kinds[kind] += number
        phases[phase] += number
    print(f"{sum(kinds.values())} kills in {count.trials} trials, {count.late} came too late")
    print("  " + ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())))
    for phase, number in phases.most_common():
        by_kind = ", ".join(f"{kind} {count.kills[kind, phase]}" for kind in sorted(kinds) if count.kills[kind, phase])
        print(f"  {number:5} {phase:28} {by_kind}")
    print(f"{len(count.failures)} failures")
    for failure in count.failures:
        print(f"  {failure}")


if __name__ == "__main__":
    sys.exit(main())
