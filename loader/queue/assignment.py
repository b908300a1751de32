"""What a worker process is given: where, what and how to load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.database.breaker import Circuit
from loader.mapping.dataset import Dataset
from loader.process.throttle import Meter
from loader.queue.partition import Partition


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process needs to begin. ``url`` may contain a password, so it is never an argument of a command.

    ``others``: further workers that the same command starts. ``circuit``: how all of its processes wait for an
    unreachable server (None: the worker has its own). ``meter``: the rate limit of its workers, if there is one.
    ``partition``: the partition of the chunks that it may claim (None: all). ``block_bytes``: most bytes that are
    extracted at once (None: the quickest). ``paths``: those given to the command, where a moved source may be.
    """

    url: str = field(repr=False)
    dataset: Dataset
    load_id: int
    run: RunSettings
    logs: LogSettings
    directory: Path | None = None
    parent: int | None = None
    others: int = 0
    circuit: Circuit | None = None
    meter: Meter | None = None
    partition: Partition | None = None
    block_bytes: int | None = None
    paths: Sequence[Path] = ()

    @property
    def share(self) -> tuple[int, int] | tuple[None, None]:
        """The partition as arguments of the queue's routines."""
        return (None, None) if self.partition is None else (self.partition.share, self.partition.shares)
