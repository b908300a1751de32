"""CPU seconds of this process and of a server session, stage by stage."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.processes import process_cpu


class Clocks:
    """Adds up what each stage takes. ``backend``: the server process to watch; None: not on this machine."""

    def __init__(self, backend: int | None) -> None:
        self._backend = backend
        self.client: dict[str, float] = defaultdict(float)
        self.server: dict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Adds the CPU time of the block to a stage."""
        server = process_cpu(self._backend) if self._backend else 0.0
        client = time.process_time()
        yield
        self.client[name] += time.process_time() - client
        if self._backend:
            self.server[name] += process_cpu(self._backend) - server
