"""The queue does what a plain model of it does, whatever its workers do; `python -m tests.queue` does it for longer."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.isolation.database import prepare
from tests.queue.machine import QueueMachine

EXAMPLES, STEPS = 15, 40


def test_the_queue_is_as_its_model(database: str) -> None:
    prepare(database)
    machine = type("Machine", (QueueMachine,), {"url": database})
    chosen = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)
