"""A worker in this process, so that tests can look over its shoulder; otherwise a load as people run it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.dataset import Dataset
from loader.mapping.read import read_dataset
from loader.queue.assignment import Assignment
from loader.queue.worker import Worker
from tests.support.kept import loading


def load_here(
    database: str,
    mapping: Path | str,
    paths: Sequence[Path],
    chunk_bytes: int = 300,
    lease: float = 120,
    **request: Any,
) -> int:
    """Load with one worker, this process; the number of the load. ``lease``: seconds; ``request``: of LoadRequest."""
    load_id = bring(database, mapping, paths, chunk_bytes, lease=lease, **request)
    dataset, run = read_dataset(str(mapping)), RunSettings(lease=lease)
    with loading(), connect(database) as connection:
        state = "select 1 from loader.load where load_id = %s and state in ('open', 'built')"
        while connection.execute(state, (load_id,)).fetchone():
            connection.execute("call loader.finish_load(%s)", (load_id,))
            if connection.execute("select loader.has_work(%s)", (load_id,)).fetchone() == (True,):
                _work(database, dataset, load_id, run)
    return load_id


def bring(
    database: str,
    mapping: Path | str,
    paths: Sequence[Path],
    chunk_bytes: int = 300,
    *,
    lease: float = 120,
    max_attempts: int = 5,
    **request: Any,
) -> int:
    """All chunks of a load, which then waits to be finished; its number."""
    dataset, run = read_dataset(str(mapping)), RunSettings(lease=lease, max_attempts=max_attempts)
    request["options"] = {"lease": lease, "max_attempts": max_attempts, **request.get("options", {})}
    asked = LoadRequest(
        dataset, run, database, paths, workers=1, chunk_bytes=chunk_bytes, quiet=True, check_space=False, **request
    )
    with loading():
        with connect(database) as connection:
            load_id = register(connection, asked)
        _work(database, dataset, load_id, run)
    return load_id


def _work(database: str, dataset: Dataset, load_id: int, run: RunSettings) -> None:
    worker = Worker(Assignment(database, dataset, load_id, run, LogSettings()))
    try:
        worker.work()
    finally:
        worker.close()
