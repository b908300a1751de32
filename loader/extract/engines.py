"""The engines that turn records into rows: all produce the same rows, each at its own speed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from loader.errors import HostError

if TYPE_CHECKING:
    from loader.extract.batch import Batch, Extracted, Limits
    from loader.mapping.dataset import Dataset


class Engine(Protocol):
    """Extracts batches of records of one source."""

    def extract(self, batch: Batch) -> Extracted:
        """Rows of all valid records; never raises because of what the records contain."""
        ...


class _Deferred:
    """An engine that is created for its first batch: a source without changed records needs none."""

    def __init__(self, name: str, dataset: Dataset, entities: Sequence[str], block_bytes: int | None) -> None:
        self._given = name, dataset, entities, block_bytes
        self._engine: Engine | None = None

    def extract(self, batch: Batch) -> Extracted:
        if self._engine is None:
            from loader.extract.batch import Limits

            name, dataset, entities, block_bytes = self._given
            self._engine = _engine_class(name)(dataset, entities, Limits(block_bytes=block_bytes))
        return self._engine.extract(batch)


def make_engine(name: str, dataset: Dataset, entities: Sequence[str], block_bytes: int | None = None) -> Engine:
    """The engine of that name, one of ENGINES; ``entities`` in the order of the record paths.

    ``block_bytes``: most bytes that are extracted at once (None: the quickest).
    """
    return _Deferred(name, dataset, entities, block_bytes)


def prepare(name: str) -> None:
    """Imports what the engine of that name needs, for workers that are forked from this process."""
    _engine_class(name)


def _engine_class(name: str) -> Callable[[Dataset, Sequence[str], Limits | None], Engine]:
    if name == "lxml":
        from loader.extract.lxml.engine import LxmlEngine

        return LxmlEngine
    # numpy would start a thread per core for matrix operations, which are not used here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from loader.extract.columnar.engine import ColumnarEngine
    except ImportError as error:
        raise HostError(
            f"the engine {name} cannot be loaded: {error}",
            hint="is there memory left, and is numpy whole? --engine lxml does without",
        ) from error

    return ColumnarEngine
