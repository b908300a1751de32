"""What a worker process is told: where, what and how it is to load."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loader.logs import LogSettings
from loader.mapping.tables import Dataset
from loader.settings import RunSettings


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process needs to begin. ``url`` may hold a password, hence never an argument of a command.

    ``others``: further workers that the same command starts.
    """

    url: str
    dataset: Dataset
    load_id: int
    run: RunSettings
    logs: LogSettings
    directory: Path | None = None
    parent: int | None = None
    others: int = 0
