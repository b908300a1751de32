"""Runs specs: sends each step to its session, and sees from the locks which sessions wait for which."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus

from tests.isolation.reading import Spec, Step

HANGS_S = 30.0  # a step that waits for nobody of us takes milliseconds
LOOK_S = 0.002
WAITS = "waits"
SESSION_SETTINGS = "set deadlock_timeout = '10ms'; set lock_timeout = '20s'; set loader.now = '2026-01-01 00:00+00'"


class SpecError(AssertionError):
    """A spec does not hold."""


@dataclass(frozen=True)
class Outcome:
    """What a step came to: ``waits``, an SQLSTATE, the values that it returned, or nothing."""

    step: str
    text: str
    is_error: bool = False

    def __str__(self) -> str:
        return f"{self.step} {self.text}"


class Session:
    """A session, which runs one step at a time without anybody's waiting for it."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        self.pid = self._connection.info.backend_pid
        self.step: Step | None = None  # that runs
        self.waits = False  # whether it was told that the step waits
        self._last = Outcome("", "")

    def begin(self, step: Step) -> None:
        """Sends a step."""
        self.step, self.waits = step, False
        self._connection.pgconn.send_query(step.sql.encode())

    def ended(self) -> Outcome | None:
        """What the step came to; None while it runs. The last of several statements counts."""
        assert self.step is not None
        link = self._connection.pgconn
        select.select([link.socket], [], [], LOOK_S)
        link.consume_input()
        while not link.is_busy():
            result = link.get_result()
            if result is None:
                last, step, self.step = self._last, self.step, None
                return Outcome(step.name, last.text or ("ends" if self.waits else ""), last.is_error)
            self._last = Outcome(self.step.name, *_text(result))
        return None

    def reset(self) -> None:
        """Leaves nothing of the run before but plans, which take longest."""
        self._connection.rollback()
        self._connection.execute(f"reset all; select pg_advisory_unlock_all(); {SESSION_SETTINGS}".encode())

    def close(self) -> None:
        """Closes it."""
        self._connection.close()


def _text(result: Any) -> tuple[str, bool]:
    if result.status == ExecStatus.FATAL_ERROR:
        return (result.error_field(DiagnosticField.SQLSTATE) or b"").decode(), True
    rows = [
        " ".join((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
        for row in range(result.ntuples)
    ]
    return ", ".join(rows).strip(), False


class Runner:
    """Runs the orders of a spec in a database that ``support.sql`` was run in."""

    def __init__(self, url: str, spec: Spec) -> None:
        self._spec = spec
        self._sessions = {name: Session(url) for name in spec.sessions}
        self._names = {session.pid: name for name, session in self._sessions.items()}
        self._watcher = psycopg.connect(url, autocommit=True, prepare_threshold=None)

    def close(self) -> None:
        """Closes all sessions."""
        for session in self._sessions.values():
            session.close()
        self._watcher.close()

    def run(self) -> int:
        """Runs all orders; returns how many. SpecError says which does not hold."""
        for order in self._spec.orders:
            found = [str(outcome) for outcome in self._through(order.steps) if outcome.text]
            if found != list(order.expected):
                raise SpecError(_differs(self._spec.name, order.steps, order.expected, found))
        count = len(self._spec.orders)
        for steps in interleavings(list(self._spec.sessions.values())) if self._spec.all_orders else ():
            for outcome in self._through(steps):
                if outcome.is_error and outcome.text not in self._spec.may.get(outcome.step, ()):
                    raise SpecError(f"{self._spec.name}: {outcome} in the order {' '.join(steps)}")
            count += 1
        return count

    def _through(self, names: Sequence[str]) -> list[Outcome]:
        """One run from the setup to the checks."""
        for session in self._sessions.values():
            session.reset()
        self._watcher.execute(self._spec.setup.encode(), prepare=False)
        outcomes: list[Outcome] = []
        left = [self._spec.steps[name] for name in names]
        while left or self._busy():
            ready = next((step for step in left if self._sessions[step.session].step is None), None)
            if ready is None:
                raise SpecError(f"{self._spec.name}: all wait in the order {' '.join(names)}: {outcomes}")
            left.remove(ready)
            self._sessions[ready.session].begin(ready)
            outcomes += self._settled(ready)
            if not left and (stuck := self._busy()):
                raise SpecError(f"{self._spec.name}: {stuck} wait at the end of {' '.join(names)}: {outcomes}")
        self._check(names, outcomes)
        return outcomes

    def _busy(self) -> list[str]:
        return [name for name, session in self._sessions.items() if session.step is not None]

    def _settled(self, sent: Step) -> list[Outcome]:
        """What has ended once each session waits for another that does not wait itself, or for nothing."""
        end = time.monotonic() + HANGS_S
        ended: list[Outcome] = []
        while True:
            ended += [outcome for name in self._busy() if (outcome := self._sessions[name].ended()) is not None]
            blockers = self._blockers()
            if blockers.keys() == set(self._busy()) and not _has_circle(blockers):
                break
            if time.monotonic() > end:
                raise SpecError(f"{self._spec.name}: {self._busy()} take too long: {ended}")
        session = self._sessions[sent.session]
        if session.step is not None:
            session.waits = True
            ended.append(Outcome(sent.name, WAITS))
        # Which of several that it has freed is seen first is chance.
        return sorted(ended, key=lambda outcome: (outcome.step != sent.name, outcome.step))

    def _blockers(self) -> dict[str, set[str]]:
        """Of each session that waits for others of the spec: which."""
        busy = [self._sessions[name].pid for name in self._busy()]
        if not busy:
            return {}
        found = self._watcher.execute("select p, pg_blocking_pids(p) from unnest(%s::integer[]) as p", (busy,))
        waiting = {pid: {self._names[other] for other in others if other in self._names} for pid, others in found}
        return {self._names[pid]: others for pid, others in waiting.items() if others}

    def _check(self, names: Sequence[str], outcomes: list[Outcome]) -> None:
        for what, query in self._spec.always.items():
            row = self._watcher.execute(query.encode(), prepare=False).fetchone()
            if row != (True,):
                trace = "; ".join(map(str, outcomes))
                raise SpecError(f"{self._spec.name}: not {what} in the order {' '.join(names)}: {trace}")


def interleavings(sessions: Sequence[Sequence[Step]]) -> Iterator[tuple[str, ...]]:
    """All orders of the steps in which each session keeps its own."""
    if not any(sessions):
        yield ()
    for number, steps in enumerate(sessions):
        if steps:
            for rest in interleavings([*sessions[:number], steps[1:], *sessions[number + 1 :]]):
                yield (steps[0].name, *rest)


def _has_circle(blockers: dict[str, set[str]]) -> bool:
    """Whether some wait for each other: the server ends one of them soon."""
    free = True
    left = dict(blockers)
    while free:
        ended = [name for name, others in left.items() if not others & left.keys()]
        for name in ended:
            del left[name]
        free = bool(ended)
    return bool(left)


def _differs(name: str, steps: Sequence[str], expected: Sequence[str], found: Sequence[str]) -> str:
    return "\n".join((f"{name}: {' '.join(steps)}", "expected:", *expected, "found:", *found))
