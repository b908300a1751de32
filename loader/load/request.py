"""What a person asked for, as a load is given it."""

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

MIN_CHOSEN_CHUNK = MIB  # bytes; the loader chooses none smaller, though a mapping or a person may


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a person asked for. ``chunk_bytes``: bytes of XML (None: as the mapping says, or smaller).

    ``block_bytes``: of what is extracted at once, at most (None: as is quickest).
    ``entities``: names of those that the files hold (None: by their root elements and names).
    ``sources``: in place of ``paths``, sources that are known already, with the dates of their data.
    ``directory``: where the files are, though an open load over the same may have registered them elsewhere.
    ``options``: settings that were said by name, for this load alone, and facts that are kept with it; of an open load,
    what is not named stays as the load has it. ``partition``: the share of the chunks that this command takes (None:
    all that are left). ``record_numbers``: by place in the only file, the number that each of its records has in the
    source that it was taken from.
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
