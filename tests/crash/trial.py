"""A step of a journey, undisturbed once, then killed and begun again until it ends."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tests.crash.journeys import JOURNEYS, Dumps, Journey, Step
from tests.crash.kills import KINDS, OF_NETWORK, Kill
from tests.crash.state import SESSIONS, State, faults, state
from tests.support.proxy import Proxy, proxied
from tests.support.running import Process, kill_group, loader, query, running, wait_until
from tests.support.server import with_database

TRIES = 6  # undisturbed, after the last kill; far more than any command may need
ENDED_S = 100
STOP_S = 1.0
OUTCOMES = (0, 3)
LOADED = "select count(*)::int from loader.load where state in ('done', 'rolled_back')"
TAKEN_BACK = "select state from loader.load where load_id = %s"


@dataclass(frozen=True)
class Place:
    """A step, the database from before it, and what an undisturbed run has made of it."""

    journey: Journey
    step: Step
    before: str
    seconds: float
    code: int
    expected: State

    def __str__(self) -> str:
        return f"{self.journey.name}: {self.step.name}"


@dataclass
class Count:
    """What was done."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    late: int = 0
    trials: int = 0
    failures: list[str] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)  # seconds that commands took that were told to stop


class Trials:
    """Trials on a server of their own, which they may crash."""

    def __init__(self, home: Path, url: str, folder: Path, kinds: Sequence[str] = KINDS) -> None:
        self._home, self._url, self._dumps, self._kinds = home, url, Dumps(folder), kinds
        self.count = Count()

    def places(self) -> list[Place]:
        """Runs all journeys undisturbed, with a single worker, and keeps a database for each step."""
        return [place for journey in JOURNEYS for place in self.walk(journey)]

    def walk(self, journey: Journey) -> Iterator[Place]:
        """The same for one journey."""
        template = None
        for number, step in enumerate(journey.steps):
            name = f"crash_{journey.name}_{number}"
            self._copy(name, template)
            template = f"crash_{journey.name}_{number + 1}_after"
            self._copy(template, name)
            database = with_database(self._url, template)
            started = time.monotonic()
            run = loader(*self._dumps.command(journey, step, database, 1), database=database)
            seconds = time.monotonic() - started
            assert run.code in OUTCOMES, run
            assert not (wrong := list(faults(database))), wrong
            yield Place(journey, step, name, seconds, run.code, state(database))

    def run(self, place: Place, seed: str) -> bool:
        """One trial; whether all is as undisturbed. Says what is not."""
        chance = random.Random(seed)
        self.count.trials += 1
        with self.database(place.before) as database:
            try:
                said = self._disturb(place, seed, chance, database)
                wrong = [said] if said else [*faults(database), *differences(place.expected, state(database))]
            except (AssertionError, psycopg.Error) as error:
                wrong = [f"{type(error).__name__}: {error}"]
            for text in wrong:
                print(f"FAILED {place}, --seed {seed}: {text}", flush=True)
            if wrong:
                self.count.failures.append(f"{place}, --seed {seed}: {wrong[0][:300]}")
        return not wrong

    def command(self, place: Place, database: str, workers: int) -> list[object]:
        """The command of a step."""
        return self._dumps.command(place.journey, place.step, database, workers)

    def _disturb(self, place: Place, seed: str, chance: random.Random, database: str) -> str:
        """Kills the command some times, and lets it end; what went wrong."""
        workers = chance.randint(1, 8)
        kills = [
            Kill.drawn(chance, place.seconds, rollback=place.step.is_rollback, kinds=self._kinds)
            for _ in range(chance.choice((1, 1, 2, 3)))
        ]
        command = self.command(place, database, workers)
        loads = _loaded(database)
        said = ""
        for kill in [*kills, *[None] * TRIES]:
            fails = kill is not None and kill.kind in OF_NETWORK
            with (
                proxied(database) if fails else nullcontext() as proxy,
                running(*command, database=proxy.url if proxy else database) as process,
            ):
                if kill is not None:
                    self._strike(
                        kill, process, database, f"{place}, {workers} workers, seed {seed}", chance, proxy=proxy
                    )
                code, said = _ended(process)
            if "Traceback" in said and "/loader/" in said:  # else Python itself was about to begin
                return said
            if kill is not None and kill.took > STOP_S:
                return f"took {kill.took:.2f} s to stop: {said}"
            if (
                kill is not None
                and kill.took
                and code == 1
                and "loader: stopped" not in said
                and "Traceback" not in said
            ):
                return f"does not say that it was stopped: {said}"
            if code in OUTCOMES:
                return "" if code == place.code or _loaded(database) > loads + 1 else f"ended with {code}: {said}"
            if place.step.is_rollback and query(database, TAKEN_BACK, command[-1]) == [("rolled_back",)]:
                return ""
            if "--replace" in place.step.options:
                wait_until(lambda: not query(database, SESSIONS), "no session of the command was left")
                if _loaded(database) > loads:
                    return ""  # once more would be another replace
            if kill is None:
                return f"goes not on, {code}: {said}"
        return f"does not end: {said}"

    def _strike(
        self,
        kill: Kill,
        process: Process,
        database: str,
        where: str,
        chance: random.Random,
        *,
        proxy: Proxy | None,
    ) -> None:
        phase = kill.strike(process, database, self._home, chance, proxy)
        if phase is None:
            self.count.late += 1
            return
        self.count.kills[kill.kind, phase] += 1
        if kill.took:
            self.count.stops.append(kill.took)
        print(f"{sum(self.count.kills.values()):5} {kill.kind:8} in {phase:24} {where}", flush=True)

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """A copy of a database, dropped after the block."""
        name = f"crash_trial_{self.count.trials}"
        self._copy(name, template)
        try:
            yield with_database(self._url, name)
        finally:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def _copy(self, name: str, template: str | None) -> None:
        # By files: a copy through the log loses the empty state of unlogged indexes when the server crashes.
        made = sql.SQL("create database {} template {} encoding 'UTF8' strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(made)


def differences(expected: State, found: State) -> Iterator[str]:
    """What is not as in the undisturbed run."""
    for what in sorted(expected.keys() | found.keys()):
        before, after = expected.get(what, []), found.get(what, [])
        if before != after:
            lacks = [row for row in before if row not in after]
            surplus = [row for row in after if row not in before]
            yield f"{what}: {len(before)} rows undisturbed, {len(after)} now; lacks {lacks[:3]}; surplus {surplus[:3]}"


def _loaded(database: str) -> int:
    if query(database, "select to_regclass('loader.load') is null")[0][0]:
        return 0
    return int(query(database, LOADED)[0][0])


def _ended(process: Process) -> tuple[int, str]:
    try:
        out, _ = process.communicate(timeout=ENDED_S)
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"hangs: {kill_group(process)}") from error
    return process.returncode, out
