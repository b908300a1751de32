"""Repair: all rows of a dataset are compared with its files, and corrected where they differ."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from psycopg.rows import namedtuple_row

from loader.database.connect import Connection
from loader.database.reconnecting_session import Session
from loader.database.refusal import explained
from loader.errors import SourceError, UsageError
from loader.load.request import LoadRequest
from loader.load.run import load, load_share
from loader.report.summary import Summary
from loader.source.entities_of_file import located
from loader.source.packing.format import SourceFile

log = logging.getLogger(__name__)

Damage = dict[str, dict[str, int]]  # by table: missing, differing, surplus


def mend(request: LoadRequest) -> Summary:
    """Compares and corrects: a merge in which equal hashes prove nothing. Raises as `load` does."""
    return load(_as_repair(request, "mend"))


def compare(request: LoadRequest) -> Damage:
    """Only compares: the load that reads the files is cancelled, and the tables stay as they are."""
    found = load_share(_as_repair(request, "check"), instead=_compared)
    assert isinstance(found, dict)
    return found


def known_files(connection: Connection, request: LoadRequest) -> LoadRequest:
    """The request with the files that the rows came from, and with those that have no row left, if these are available.
    Raises UsageError if the former do not suffice, SourceError if one of them no longer exists.
    """
    dataset = request.dataset
    give = f"give the files: loader repair {dataset.name} PATH…"
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        found = cursor.execute("select * from loader.repair_sources(%s)", (dataset.name,)).fetchall()
    rows = sorted(_still_counting(dataset.name, found), key=lambda row: not row.has_rows)
    if not rows:
        raise UsageError(f"the tables of {dataset.name} hold no rows", hint=give)
    priorities = {row.priority for row in rows if row.has_rows} or {rows[0].priority}
    if len(priorities) > 1:
        raise UsageError(
            f"the files of {dataset.name} were loaded with several priorities ({sorted(priorities)})",
            hint=f"{give} --priority N, once for each",
        )
    sources: dict[SourceFile, datetime.date | None] = {}
    for row in rows:
        try:
            if row.priority not in priorities:
                raise SourceError(f"its priority is {row.priority}")
            sources[located(row.name, row.location, row.size, row.format, None)] = row.snapshot
        except SourceError as error:
            why = str(error).partition("\n")[0]
            if row.has_rows:
                raise SourceError(why, hint=give) from error
            log.warning("no row is left of %s, and it is not compared (%s)", row.name, why)
    return replace(request, paths=[], sources=sources, priority=priorities.pop())


def _still_counting(dataset: str, found: Iterable[Any]) -> Iterator[Any]:
    """The files whose records count, without those that a later load has replaced as a whole: it kept some of
    their rows because it rejected the records of these, and everything else in them would come back. Raises
    UsageError for a part of a file.
    """
    for row in found:
        if row.replaced and row.others and row.has_rows:
            raise UsageError(
                f"{row.name} was loaded before {_listed(row.replaced)} was replaced, and {_listed(row.others)} was not",
                hint=f"load all files of both again: loader load {dataset} PATH… --replace",
            )
        if row.replaced:
            log.warning("%s is not compared: a load has replaced it, and kept only rows of rejected records", row.name)
        else:
            yield row


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def _as_repair(request: LoadRequest, kind: str) -> LoadRequest:
    options = {**request.options, "repair": kind, "visibility": "load", "deletes": "ignore"}
    return replace(request, mode="merge", options=options)


def _compared(session: Session, load_id: int) -> Damage:
    def ask(connection: Connection) -> Damage:
        try:
            with explained(f"load {load_id}"), connection.transaction(force_rollback=True):
                row = connection.execute("select loader.check_repair(%s)", (load_id,)).fetchone()
                return row[0] if row else {}
        finally:
            if not connection.broken:
                connection.execute("select loader.cancel_load(%s)", (load_id,))

    return session.ask(ask)
