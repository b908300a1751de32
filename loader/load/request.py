"""What a load was asked to do."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.config.units import MIB
from loader.mapping.dataset import Dataset
from loader.queue.partition import Partition
from loader.source.file import SourceFile

MIN_CHOSEN_CHUNK = MIB  # bytes; the loader itself chooses no smaller chunks


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a load was asked to do. ``chunk_bytes``: bytes of XML (None: those of the mapping, or fewer).

    ``block_bytes``: most bytes that are extracted at once (None: the quickest). ``entities``: names of those in the
    files (None: found by root elements and file names). ``sources``: instead of ``paths``, known sources with the dates
    of their data. ``directory``: where the files are, even if an open load of the same files has registered them
    elsewhere. ``options``: settings given by name, for this load alone, and facts that are stored with it; an open load
    keeps its other settings. ``partition``: the partition of the chunks that this command works on (None: all).
    ``record_numbers``: for each record of the only file, its number in the source that it was taken from.
    ``workers_said``: whether a person has given the number of workers; otherwise one does a small load.
    """

    dataset: Dataset
    run: RunSettings
    url: str = field(repr=False)
    paths: Sequence[Path]
    workers: int
    mode: str | None = None
    snapshot: str | None = None
    priority: int = 0
    chunk_bytes: int | None = None
    block_bytes: int | None = None
    logs: LogSettings = field(default_factory=LogSettings)
    quiet: bool = False
    check_space: bool = True
    sample: bool = False
    entities: Sequence[str] | None = None
    directory: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    partition: Partition | None = None
    record_numbers: Sequence[int] | None = None
    sources: Mapping[SourceFile, datetime.date | None] = field(default_factory=dict)
    workers_said: bool = True
