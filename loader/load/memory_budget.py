"""A memory budget for all processes of a command: how many workers it holds, with chunks and records of which size."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from loader.config.units import MIB
from loader.database.connect import Connection
from loader.database.manifest import has_manifest
from loader.errors import UsageError
from loader.load.request import MIN_CHOSEN_CHUNK, LoadRequest
from loader.source.protocol import RECORD_LIMIT

log = logging.getLogger(__name__)

# Measured as proportional set sizes, on Linux with Python 3.11, and rounded up: the command itself; a worker without
# data; and what a worker needs in addition for each byte of a chunk, of the longest record that is accepted (a value of
# that length, or the most tags; see BYTES_A_TAG), and of a block that is extracted at once.
COMMAND_BYTES = 32 * MIB
WORKER_BYTES = 52 * MIB
CHUNK_COST, RECORD_COST, BLOCK_COST = 5, 14, 80
LEAST_RECORD = 1 * MIB  # with less, dumps with a few long records could not be loaded


@dataclass(frozen=True, slots=True)
class Fit:
    """What a budget allows: ``workers``, and for each of them at most ``chunk_bytes``, ``max_record`` (bytes of a
    record) and ``block_bytes``. None: as without a budget.
    """

    workers: int
    max_record: int
    chunk_bytes: int | None = None
    block_bytes: int | None = None


def fit(memory: int | None, workers: int, max_record: int | None = None, chunk_bytes: int | None = None) -> Fit:
    """As many of the workers as the memory holds, with records and chunks as given, or as large as it allows.

    Raises UsageError if it does not hold one worker.
    """
    if memory is None:
        return Fit(workers, max_record or RECORD_LIMIT)
    for count in range(workers, 0, -1):
        room = (memory - COMMAND_BYTES) // count - WORKER_BYTES
        record = max_record or min(RECORD_LIMIT, room // RECORD_COST)
        if room >= _needed(max_record, chunk_bytes):
            if count < workers:
                log.warning("%d MB of memory suffice for %d of %d workers", memory // MIB, count, workers)
            return Fit(count, record, chunk_bytes or room // CHUNK_COST, room // BLOCK_COST)
    least = COMMAND_BYTES + WORKER_BYTES + _needed(max_record, chunk_bytes)
    raise UsageError(
        f"{memory // MIB} MB of memory are too little for one worker",
        hint=f"it needs {-(-least // MIB)} MB for records of {(max_record or LEAST_RECORD) / MIB:,.1f} MB"
        + (f" and chunks of {chunk_bytes / MIB:,.1f} MB, as in the open load" if chunk_bytes else ""),
    )


def fitted(connection: Connection, request: LoadRequest) -> LoadRequest:
    """The request with the workers, chunks and records that its memory holds. An open load keeps its limits."""
    given = _given(connection, request.dataset.name)
    refuse_max_record(request.dataset.name, request.run.max_record, given[0])
    found = fit(request.run.memory, request.workers, given[0] or request.run.max_record, given[1])
    settings, rate = request.dataset.settings, request.run.max_rate
    most = min(settings.chunk_bytes, found.chunk_bytes or settings.chunk_bytes)
    if rate is not None and rate.unit == "bytes":
        most = min(most, max(MIN_CHOSEN_CHUNK, int(rate.per_second)))  # so that no worker waits long before a chunk
    return replace(
        request,
        workers=found.workers,
        dataset=replace(request.dataset, settings=replace(settings, chunk_bytes=most)),
        chunk_bytes=request.chunk_bytes and min(request.chunk_bytes, found.chunk_bytes or request.chunk_bytes),
        block_bytes=found.block_bytes,
        options={**request.options, "max_record": found.max_record},
    )


def refuse_max_record(dataset: str, named: int | None, kept: int | None) -> None:
    """Raises UsageError if ``max_record`` differs from that of the open load, because it decides what is rejected."""
    if named and kept and named != kept:
        raise UsageError(
            f"the open load of {dataset} uses max_record = {kept}, not {named}",
            hint=f"leave it out to continue the load, or cancel the load: loader cancel {dataset}",
        )


def limits_of(connection: Connection, load_id: int) -> tuple[int, int | None]:
    """Bytes of the longest record and of the largest chunk of a load; a worker may call this."""
    query = "select max_record, chunk_bytes from loader.read_load(%s)"
    row = connection.execute(query, (load_id,)).fetchone() or (None, None)
    return row[0] or RECORD_LIMIT, row[1]


def settings_of(connection: Connection, load_id: int) -> dict[str, Any]:
    """The settings of a load, the same on all hosts; a worker may call this."""
    row = connection.execute("select settings from loader.read_load(%s)", (load_id,)).fetchone()
    return dict(row[0]) if row else {}


def _given(connection: Connection, dataset: str) -> tuple[int | None, int | None]:
    """The same limits for the open load of a dataset; None: there is none."""
    if not has_manifest(connection):
        return None, None
    row = connection.execute("select load_id from loader.find_load(%s)", (dataset,)).fetchone()
    return limits_of(connection, row[0]) if row else (None, None)


def _needed(max_record: int | None, chunk_bytes: int | None) -> int:
    """The least number of bytes that a worker needs for its data."""
    return max((max_record or LEAST_RECORD) * RECORD_COST, (chunk_bytes or MIN_CHOSEN_CHUNK) * CHUNK_COST)
