"""Ways to disturb a command, and moments to do it."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.crashing import crash
from tests.support.proxy import Proxy
from tests.support.running import Process

KINDS = ("worker", "group", "backend", "server", "clock", "frozen", "memory", "cut", "hole")
STOP = "stop"  # as a person or a supervisor ends it
OF_WORKERS = ("worker", "frozen", "memory")
OF_NETWORK = ("cut", "hole")  # a hole swallows what passes for a while, and then connections prove to be gone
# Words of statements to wait for; None: any moment.
CALLS = (
    None, None, "start_load", "register_source", "claim_source", "plan_and_claim", "finish_source", "claim_chunk",
    "fence_chunk", "copy", "merge_chunk", "COMMIT", "changed_", "has_work", "build_table", "finish_load",
    "finish_load",
)  # fmt: skip
AT_ROLLBACKS = (None, "rollback", "assert_can_roll_back")
POLL_S = 0.002
HANGS_S = 30
USUAL_DELAY_S = 0.02  # after the moment, on average
HOLE_S = (0.1, 3.0)
FROZEN_S = (0.1, 4.0)  # leases last LEASE_S: some expire
LEFT_BYTES = 4_000_000  # at most, that a worker may still ask for
JUMPS = ("-2 days", "-1 hour", "-3 seconds", "1 second", "3 seconds", "1 hour", "2 days")
MANIFEST = "select 1 from pg_proc where oid = to_regprocedure('loader.clock()')"
CLOCK = (
    "create or replace function loader.clock() returns timestamptz language sql volatile "
    "as $$ select clock_timestamp() + interval '{far}' $$"
)
WATCHED = (
    "select pid, application_name, state, query from pg_stat_activity "
    "where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() "
    "order by state <> 'active', state_change desc"
)
_CALL = re.compile(r"(?:select(?: \* from)?|call) (?:loader|\"?\w+_stage\"?)\.\"?(\w+)|^\s*(\w+)", re.IGNORECASE)


@dataclass
class Kill:
    """What is to be done, when: as soon as a session runs ``call``, and ``delay`` seconds later.

    ``took``: seconds from the signal to the end of a command that was told to stop.
    """

    kind: str
    call: str | None
    delay: float
    took: float = 0.0

    @classmethod
    def drawn(cls, chance: random.Random, seconds: float, *, rollback: bool, kinds: Sequence[str] = KINDS) -> Kill:
        """A random one for a command that usually takes so many seconds."""
        kind = chance.choice(kinds)
        if rollback and kind in OF_WORKERS:
            kind = "group"  # it has none
        call = chance.choice(AT_ROLLBACKS if rollback else CALLS)
        delay = chance.uniform(0.1, 1.05) * seconds if call is None else chance.expovariate(1 / USUAL_DELAY_S)
        return cls(kind, call, delay)

    def strike(
        self,
        process: Process,
        database: str,
        home: Path,
        chance: random.Random,
        proxy: Proxy | None = None,
    ) -> str | None:
        """Wait for the moment and do it; what the sessions were doing, None when it was too late.

        ``proxy``: what the command reaches the server through, where its network is to fail.
        """
        try:
            with psycopg.connect(database, autocommit=True, application_name="crash") as watcher:
                if not self._wait(process, watcher):
                    return None
                return self._do(process, watcher, home, chance, proxy)
        except psycopg.OperationalError:
            return "crashing" if self.kind == "server" else None

    def _wait(self, process: Process, watcher: psycopg.Connection) -> bool:
        while self.call is not None and process.poll() is None:
            if any(self.call in query for _, _, _, query in _sessions(watcher)):
                break
            time.sleep(POLL_S)
        end = time.monotonic() + self.delay
        while process.poll() is None and time.monotonic() < end:
            time.sleep(min(POLL_S, max(0, end - time.monotonic())))
        return process.poll() is None

    def _do(
        self,
        process: Process,
        watcher: psycopg.Connection,
        home: Path,
        chance: random.Random,
        proxy: Proxy | None,
    ) -> str | None:
        sessions = _sessions(watcher)
        if proxy is not None and self.kind in OF_NETWORK:
            if self.kind == "hole":
                proxy.swallow()
                time.sleep(chance.uniform(*HOLE_S))
            proxy.cut()
            proxy.heal()
        elif self.kind == STOP:
            began = time.monotonic()
            process.send_signal(chance.choice((signal.SIGTERM, signal.SIGINT)))
            process.wait(timeout=HANGS_S)
            self.took = time.monotonic() - began
        elif self.kind in OF_WORKERS:
            if not (workers := _children(process.pid)):
                return None
            with suppress(ProcessLookupError):
                _harm(chance.choice(workers), self.kind, chance)
        elif self.kind == "group":
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        elif self.kind == "backend":
            if not sessions:
                return None
            chosen = chance.choice(sessions)
            watcher.execute("select pg_terminate_backend(%s)", (chosen[0],))
            sessions = [chosen]
        elif self.kind == "clock":
            if not watcher.execute(MANIFEST).fetchone():
                return None
            watcher.execute(CLOCK.format(far=chance.choice(JUMPS)).encode())
        else:
            watcher.close()
            crash(home)
        return _phase(sessions)


def _harm(worker: int, kind: str, chance: random.Random) -> None:
    if kind == "worker":
        os.kill(worker, signal.SIGKILL)
    elif kind == "memory":
        used = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + chance.randrange(LEFT_BYTES)
        resource.prlimit(worker, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    else:
        os.kill(worker, signal.SIGSTOP)
        time.sleep(chance.uniform(*FROZEN_S))
        os.kill(worker, signal.SIGCONT)


def _sessions(watcher: psycopg.Connection) -> list[tuple[int, str, str, str]]:
    return [(pid, name, state or "", text or "") for pid, name, state, text in watcher.execute(WATCHED).fetchall()]


def _phase(sessions: list[tuple[int, str, str, str]]) -> str:
    """What the busiest of the sessions was doing, in a word."""
    for _, _, state, text in sessions:
        if found := _CALL.search(text):
            name = (found.group(1) or found.group(2)).lower()
            return name if state == "active" else f"after {name}"
    return "no session"


def _children(pid: int) -> list[int]:
    """The worker processes of a command, multiprocessing's own helpers left out."""
    with suppress(FileNotFoundError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found]
    return []
