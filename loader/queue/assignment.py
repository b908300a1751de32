"""What a worker process is told: where, what and how it is to load."""

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
    """What a worker process needs to begin. ``url`` may hold a password, hence never an argument of a command.

    ``others``: further workers that the same command starts. ``circuit``: how all of its processes wait for a server
    that is away (None: one of the worker's own). ``meter``: the account of what its workers bring,
    where that is bounded. ``partition``: the share of the chunks that it may take (None: all). ``block_bytes``: of what
    is extracted at once, at most (None: as is quickest). ``paths``: those that the command was given; a source
    that was moved may lie there.
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
        """The partition as the routines of the queue take it."""
        return (None, None) if self.partition is None else (self.partition.share, self.partition.shares)
