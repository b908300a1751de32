"""What the queue should do, in plain Python: chunks, leases, sessions and a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

LEASE = 120
MAX_ATTEMPTS = 2  # as planned; a person who puts a chunk back gives it REQUEUED
REQUEUED = 5
MAX_CHUNK_TIME = 1800
FOREVER = 10**9


@dataclass
class Attempt:
    """A claim."""

    token: int
    session: int  # number of the server process
    started: int
    outcome: str | None = None


@dataclass
class Chunk:
    """A unit of work; ``locked``: number of the session whose transaction holds its row."""

    number: int
    state: str = "ready"
    max_attempts: int = MAX_ATTEMPTS
    ready_at: float = -FOREVER
    until: int = 0
    locked: int | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def token(self) -> int | None:
        """Of its lease."""
        return self.attempts[-1].token if self.state == "leased" else None

    def end(self, state: str, outcome: str) -> None:
        """Ends its last attempt; that its session was ended for it is not forgotten."""
        last = self.attempts[-1]
        if last.outcome is None or outcome not in ("expired", "given up"):
            last.outcome = "released" if outcome == "given up" else outcome
        self.state = state


@dataclass
class Queue:
    """All chunks of a load."""

    now: int = 0
    is_open: bool = True
    chunks: list[Chunk] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)  # sessions that have ended

    def holder(self, token: int) -> Chunk | None:
        """The chunk with this lease."""
        return next((chunk for chunk in self.chunks if chunk.token == token), None)

    def takes(self, share: tuple[int, int] | None) -> list[Chunk]:
        """The chunks of a share: the load's only source is number 1."""
        return [c for c in self.chunks if share is None or (1 + c.number) % share[1] == share[0] - 1]

    def sweep(self, share: tuple[int, int] | None = None, *, gone: bool = False) -> int:
        """Takes expired leases back; how many."""
        swept = 0
        for chunk in self.takes(share):
            if chunk.state != "leased" or chunk.locked is not None:
                continue
            if chunk.until < self.now or (gone and chunk.attempts[-1].session in self.gone):
                chunk.end("dead" if len(chunk.attempts) >= chunk.max_attempts else "ready", "expired")
                swept += 1
        return swept

    def frozen(self, share: tuple[int, int] | None = None) -> list[Attempt]:
        """Attempts whose sessions a sweep would end: they hold a chunk beyond all bounds."""
        found = []
        for chunk in self.takes(share):
            last = chunk.attempts[-1] if chunk.attempts else None
            late = chunk.state == "leased" and chunk.until < self.now
            if last and late and last.started < self.now - MAX_CHUNK_TIME and last.session not in self.gone:
                found.append(last)
        return found

    def first_ready(self, floor: int, share: tuple[int, int] | None) -> Chunk | None:
        """The chunk that a claim gives."""
        ready = (c for c in self.takes(share) if c.state == "ready" and c.ready_at <= self.now and c.number > floor)
        return min(ready, key=lambda chunk: chunk.number, default=None)

    def give(self, chunk: Chunk, token: int, session: int) -> None:
        """A lease."""
        chunk.state, chunk.until = "leased", self.now + LEASE
        chunk.attempts.append(Attempt(token, session, self.now))

    def has_work(self, share: tuple[int, int] | None) -> bool:
        """Whether there is, or may come, something to do."""
        return self.is_open and any(chunk.state in ("ready", "leased") for chunk in self.takes(share))

    def give_up(self) -> None:
        """The load is cancelled."""
        self.is_open = False
        for chunk in self.chunks:
            if chunk.state == "leased":
                chunk.end("ready", "given up")
            if chunk.state == "ready":
                chunk.ready_at = FOREVER

    def restart(self) -> None:
        """The build was lost."""
        for chunk in self.chunks:
            if chunk.state == "leased":
                chunk.end("ready", "expired")
            elif chunk.state != "done":
                continue
            chunk.state, chunk.ready_at = "ready", -FOREVER
            chunk.max_attempts += 1
