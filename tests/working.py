"""A worker in this process, so that tests can look over its shoulder; otherwise a load as people run it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loader.assignment import Assignment
from loader.database.connect import connect
from loader.logs import LogSettings
from loader.mapping.read import read_dataset
from loader.mapping.tables import Dataset
from loader.register import LoadRequest, register
from loader.settings import RunSettings
from loader.work import Worker


def load_here(database: str, mapping: Path, paths: Sequence[Path], chunk_bytes: int = 300, lease: float = 120) -> int:
    """Load with one worker, this process; the number of the load. ``lease``: seconds."""
    dataset, run = read_dataset(str(mapping)), RunSettings(lease=lease)
    request = LoadRequest(
        dataset, run, database, paths, workers=1, chunk_bytes=chunk_bytes, quiet=True, check_space=False
    )
    with connect(database) as connection:
        load_id = register(connection, request)
    _work(database, dataset, load_id, run)
    with connect(database) as connection:
        state = "select 1 from loader.load where load_id = %s and state in ('open', 'built')"
        while connection.execute(state, (load_id,)).fetchone():
            connection.execute("call loader.finish_load(%s)", (load_id,))
            if connection.execute("select loader.has_work(%s)", (load_id,)).fetchone() == (True,):
                _work(database, dataset, load_id, run)
    return load_id


def _work(database: str, dataset: Dataset, load_id: int, run: RunSettings) -> None:
    worker = Worker(Assignment(database, dataset, load_id, run, LogSettings()))
    worker.work()
    worker.close()
