"""How the processes of a command wait together for a server that is away."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.context import ForkContext, SpawnContext
from typing import Any

import psycopg
import pytest

from loader.database.breaker import FIRST_PAUSE_S, LONGEST_PAUSE_S, OPEN_AFTER, PROBE_S, Circuit
from loader.errors import DatabaseError, ServerGoneError, ServerUnavailableError

PROCESSES = 6


class Clock:
    """A clock that stands until it is told to go on."""

    now = 1000.0  # seconds

    def __call__(self) -> float:
        return self.now


class Connection:
    """A connection that only remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def execute(self, query: str, values: Any) -> None:
        self.asked.append((query, values))


def refused() -> Any:
    raise ServerUnavailableError("nobody answers")


def opened(wait: float = 600, began: float = 1000) -> tuple[Circuit, Clock]:
    """A circuit that has just opened."""
    clock = Clock()
    clock.now = began
    circuit = Circuit(wait, load=7, clock=clock)
    while circuit.state() is None:
        assert circuit.tried(refused) is None
        clock.now += FIRST_PAUSE_S * 3
    return circuit, clock


def until_due(circuit: Circuit, clock: Clock) -> None:
    state = circuit.state()
    assert state is not None
    clock.now += state[1]


def test_it_opens_after_some_failures_in_a_row() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)

    for _ in range(OPEN_AFTER):
        assert circuit.state() is None
        circuit.tried(refused)
        clock.now += LONGEST_PAUSE_S

    assert circuit.state() is not None


def test_an_answer_between_failures_keeps_it_closed() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    for _ in range(OPEN_AFTER - 1):
        circuit.tried(refused)
        clock.now += LONGEST_PAUSE_S
    connection: Any = Connection()

    assert circuit.tried(lambda: connection) is connection
    circuit.tried(refused)

    assert circuit.state() is None
    assert connection.asked == [], "what was no outage is not noted"


def test_nobody_asks_before_the_next_probe_is_due() -> None:
    circuit, clock = opened()
    until_due(circuit, clock)
    circuit.tried(refused)

    def asked() -> Any:
        raise AssertionError("the server was asked")

    assert circuit.tried(asked) is None
    assert "next attempt in" in circuit.line()


def test_pauses_grow_but_not_for_ever() -> None:
    circuit, clock = opened()
    pauses = []
    for _ in range(25):
        until_due(circuit, clock)
        circuit.tried(refused)
        state = circuit.state()
        assert state is not None
        pauses.append(state[1])

    assert max(pauses[:2]) < min(pauses[10:])
    assert all(LONGEST_PAUSE_S / 2 <= pause <= LONGEST_PAUSE_S for pause in pauses[10:])
    assert len({round(pause, 3) for pause in pauses[10:]}) > 1, "pauses are by chance"


def test_it_gives_up_when_the_time_is_over_and_not_before() -> None:
    circuit, clock = opened(wait=100)
    began = clock.now

    def waits() -> None:
        while clock.now < began + 1000:
            until_due(circuit, clock)
            clock.now += 0.01
            circuit.tried(refused)

    with pytest.raises(ServerGoneError, match="nobody answers\n  it has not answered for 100 s, in") as caught:
        waits()

    assert "server_wait" in caught.value.hint
    assert caught.value.retryable, "the load stays open"


def test_the_first_answer_closes_it_and_is_asked_to_note_the_outage() -> None:
    circuit, clock = opened()
    until_due(circuit, clock)
    clock.now += 10
    connection: Any = Connection()

    assert circuit.tried(lambda: connection) is connection

    ((query, (load, seconds, tries, _)),) = connection.asked
    assert "loader.note_outage" in query
    assert (load, tries) == (7, OPEN_AFTER)
    assert seconds > 10
    assert circuit.state() is None


def test_an_outage_that_cannot_be_noted_is_over_all_the_same() -> None:
    circuit, clock = opened()
    until_due(circuit, clock)

    class Fresh(Connection):
        def execute(self, query: str, values: Any) -> None:
            raise psycopg.errors.UndefinedFunction("there is no manifest yet")

    connection: Any = Fresh()
    assert circuit.tried(lambda: connection) is connection
    assert circuit.state() is None


def test_what_waiting_cannot_mend_is_not_waited_for() -> None:
    def missing() -> Any:
        raise DatabaseError("there is no such database")

    with pytest.raises(DatabaseError, match="no such database"):
        Circuit().connected(missing, lambda: None)


def test_waiting_can_be_stopped() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    circuit, _ = opened()
    with pytest.raises(KeyboardInterrupt):
        circuit.connected(refused, stop)


def _probe(circuit: Circuit, asked: Any, gate: Any) -> None:
    def connect() -> Any:
        with asked.get_lock():
            asked.value += 1
        raise ServerUnavailableError("nobody answers")

    gate.wait()
    for _ in range(50):
        circuit.tried(connect)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_of_all_processes_one_asks(method: str) -> None:
    context: ForkContext | SpawnContext = multiprocessing.get_context(method)  # type: ignore[assignment]
    circuit, clock = opened(began=time.monotonic() - 60)
    until_due(circuit, clock)
    circuit.tried(refused)
    circuit._clock = time.monotonic  # by which the next probe has been due for long
    asked, gate = context.Value("i", 0), context.Barrier(PROCESSES if method == "fork" else 2)
    processes = [context.Process(target=_probe, args=(circuit, asked, gate)) for _ in range(gate.parties)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * len(processes)
    assert asked.value == 1


def test_a_probe_that_died_with_its_process_is_made_again() -> None:
    circuit, clock = opened()
    until_due(circuit, clock)

    def die() -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    prober = multiprocessing.get_context("fork").Process(target=circuit.tried, args=(die,))
    prober.start()
    prober.join()
    connection: Any = Connection()

    assert circuit.tried(lambda: connection) is None
    clock.now += PROBE_S
    assert circuit.tried(lambda: connection) is connection
