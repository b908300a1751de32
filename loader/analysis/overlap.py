"""Which sources share keys, found before they are loaded: keys are read, stored in the database, and grouped there."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from signal import SIG_DFL, signal
from typing import Any

from psycopg import sql

from loader.analysis.record import Source, SourceNotes, staged
from loader.database.connect import Connection, connect, forget_inherited
from loader.database.refusal import explained
from loader.database.writable import check_writable
from loader.errors import LoaderError, UsageError
from loader.mapping.dataset import Dataset
from loader.process import stop
from loader.render.install import install
from loader.render.trial import try_mapping
from loader.render.update import update
from loader.source.entities_of_file import find_sources
from loader.source.file import SourceFile
from loader.source.snapshot_date import snapshot_of


@dataclass(frozen=True, slots=True)
class Request:
    """What to analyse. ``engine``: reads keys that the bytes do not prove; ``sample``: keys shown per pair."""

    url: str = field(repr=False)
    dataset: Dataset
    engine: str
    paths: Sequence[Path]
    workers: int
    sample: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Keys that two sources share; the same source twice: keys that occur more than once in it.

    ``winner``: the source that wins, None if the policy decides by more than the source; ``why``: the reason.
    """

    entity: str
    source: str
    other_source: str
    keys: int
    sample: list[str]
    winner: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """The number of records of a source with a key that is not in the tables, or in them with
    the same or another record.
    """

    entity: str
    source: str
    new: int
    same: int
    differing: int


@dataclass(slots=True)
class Overlaps:
    """The result of an analysis. ``sources``: name, snapshot, records, and those without a key, in conflict order."""

    dataset: str
    sources: list[tuple[str, datetime.date | None, int, int]]
    overlaps: list[Overlap]
    known: list[Known]
    damaged: dict[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> list[list[str]]:
        """The sources in groups: sources of different groups share no key, and may be loaded in any order."""
        groups = {name: [name] for name, *_ in self.sources}
        for pair in self.overlaps:
            one, other = groups[pair.source], groups[pair.other_source]
            if one is not other:
                one += other
                groups.update(dict.fromkeys(other, one))
        places = {name: place for place, (name, *_) in enumerate(self.sources)}
        distinct = {id(group): sorted(group, key=places.__getitem__) for group in groups.values()}
        return list(distinct.values())

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        keys = ("name", "snapshot", "records", "keyless")
        return {
            "dataset": self.dataset,
            "sources": [dict(zip(keys, source, strict=True)) for source in self.sources],
            "overlaps": [asdict(item) for item in self.overlaps],
            "known": [asdict(item) for item in self.known],
            "groups": self.groups,
            "damaged": self.damaged,
        }


def analyse(request: Request) -> Overlaps:
    """Reads the keys of all files and finds those that they share.

    The keys stay in the dataset's staging until the next analysis: see loader.overlaps. Raises SourceError and
    UsageError for files that could not be loaded, DatabaseError while another session analyses the dataset.
    """
    dataset = request.dataset
    found = find_sources(request.paths, dataset)
    files, held = found.files, found.entities
    connection = connect(request.url, application="loader conflicts")
    try:
        check_writable(connection)
        try_mapping(connection, dataset)
        update(connection)
        _check_mapping(connection, dataset, {name for names in held.values() for name in names})
        install(connection, dataset)
        with explained("shared keys cannot be searched for"):
            numbers = _start(connection, dataset, files)
            sources = [Source(numbers[file.name], file, held[file.name]) for file in files]
            return _analyse(connection, request, sources)
    finally:
        connection.close()


def _analyse(connection: Connection, request: Request, sources: Sequence[Source]) -> Overlaps:
    dataset, name = request.dataset, request.dataset.name
    loaded = bool(_loaded(connection, dataset))
    tasks = [(request.url, dataset, request.engine, share, loaded) for share in _shares(sources, request.workers)]
    damaged = {name: text for found in _run(tasks) for name, text in found.items()}
    connection.execute("select loader.check_keys(%s)", (name,))
    pairs = connection.execute("select * from loader.overlaps(%s, %s)", (name, request.sample)).fetchall()
    known = connection.execute("select * from loader.known_keys(%s)", (name,)).fetchall() if loaded else []
    noted = sql.SQL("select name, snapshot, records, keyless from {} order by source")
    rows = connection.execute(noted.format(staged(dataset, "_key_source"))).fetchall()
    return Overlaps(name, rows, [Overlap(*row) for row in pairs], [Known(*row) for row in known], damaged)


def _check_mapping(connection: Connection, dataset: Dataset, entities: Set[str]) -> None:
    """Refuses another mapping of the entities, because records could not be compared with the tables."""
    if any(digest != dataset.digests[name] for name, digest in _loaded(connection, dataset) if name in entities):
        raise UsageError(
            f"the mapping of {dataset.name} has changed since its tables were loaded",
            hint="use the previous mapping; a load with --replace builds the tables again",
        )


def _start(connection: Connection, dataset: Dataset, files: Sequence[SourceFile]) -> dict[str, int]:
    given = [{"name": f.name, "snapshot": _text(snapshot_of(f, dataset, None)), "priority": 0} for f in files]
    rows = connection.execute(
        "select name, source from loader.start_overlaps(%s, %s)", (dataset.name, json.dumps(given))
    ).fetchall()
    return dict(rows)


def _text(date: datetime.date | None) -> str | None:
    return None if date is None else date.isoformat()


def _loaded(connection: Connection, dataset: Dataset) -> list[tuple[str, str | None]]:
    """The entities that were loaded, and what identifies the mapping of each."""
    return connection.execute("select entity, digest from loader.loaded_mapping(%s)", (dataset.name,)).fetchall()


_Task = tuple[str, Dataset, str, list[Source], bool]


def _shares(sources: Sequence[Source], workers: int) -> list[list[Source]]:
    """The sources by worker, so that all of them have about the same number of bytes to read."""
    shares: list[list[Source]] = [[] for _ in range(min(workers, len(sources)))]
    for source in sorted(sources, key=lambda source: source.file.size, reverse=True):
        min(shares, key=lambda share: sum(other.file.size for other in share)).append(source)
    return shares


def _run(tasks: Sequence[_Task]) -> list[dict[str, str]]:
    """The damaged sources of each task. One task runs in this process, several each in a process of its own."""
    if len(tasks) == 1:
        return [_note(tasks[0])]
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    from loader.process.pool import can_fork  # late, like those above

    # On Linux they are forked from this process, which saves all imports.
    way = get_context("fork" if can_fork() else "spawn")
    try:
        with ProcessPoolExecutor(len(tasks), mp_context=way, initializer=_begin) as pool:
            try:
                return list(pool.map(_note, tasks))
            except KeyboardInterrupt:
                stop.kill_children()  # otherwise the pool would wait until they have read everything
                raise
    except BrokenProcessPool as error:
        raise LoaderError("a process that read keys was killed; perhaps memory ran out") from error


def _begin() -> None:
    forget_inherited()
    for number in stop.SIGNALS:
        signal(number, SIG_DFL)


def _note(task: _Task) -> dict[str, str]:
    """Stores the keys of some sources; returns their damage, by name."""
    url, dataset, engine, sources, hashing = task
    connection = connect(url, application="loader conflicts")
    try:
        damaged = {}
        for source in sources:
            damage = SourceNotes(connection, dataset, engine, source, hashing=hashing).note()
            if damage is not None:
                damaged[source.file.name] = damage
        return damaged
    finally:
        connection.close()
