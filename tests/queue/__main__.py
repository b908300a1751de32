"""Runs random steps against the model: `python -m tests.queue [SECONDS] [--seed N]`."""

from __future__ import annotations

import argparse
import random
import sys
import time

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.isolation.database import prepare
from tests.queue.machine import QueueMachine
from tests.support.server import fresh_database, running_server

EXAMPLES, STEPS = 50, 80
LONG = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def main() -> None:
    """Fails with the steps, as few as it finds, that lead to a difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.queue", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60)
    parser.add_argument("--seed", type=int, help="that a run has printed: only this one")
    options = parser.parse_args()
    end, runs = time.monotonic() + options.seconds, 0
    with running_server() as server, fresh_database(server) as url:
        prepare(url)
        while time.monotonic() < end:
            number = options.seed or random.SystemRandom().getrandbits(32)
            print(f"--seed {number}", flush=True)
            machine = hypothesis.seed(number)(type("Machine", (QueueMachine,), {"url": url}))
            run_state_machine_as_test(machine, settings=LONG)
            runs += 1
            if options.seed:
                break
    counts = ", ".join(f"{count:,} {name}" for name, count in QueueMachine.outcomes.most_common())
    print(f"{runs * EXAMPLES:,} runs of up to {STEPS} steps; attempts: {counts}")


if __name__ == "__main__":
    sys.exit(main())
