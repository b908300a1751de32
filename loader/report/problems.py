"""All problems of a load: each text once, with what it concerns and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.rows import dict_row

from loader.database.connect import Connection

SHOWN = 5  # numbers of chunks and names of sources in a line; --json shows all

_KINDS = {
    "chunk_dead": "dead",
    "source_failed": "cannot be read",
    "source_damaged": "damaged",
    "worker_failed": "a worker could not continue",
}


def read_problems(connection: Connection, load_id: int | None) -> list[dict[str, Any]]:
    """The errors of a load, those that prevent its end first. ``times``: how often, in ``chunks`` of ``sources``;
    ``attempts``: the most of any chunk.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select kind, message, times, stands, attempts, chunks, sources from loader.load_error "
            "where load_id = %s order by stands desc, times desc, kind, message",
            (load_id,),
        ).fetchall()


def problem_lines(problems: Sequence[dict[str, Any]]) -> list[str]:
    """The same for people."""
    return [_line(problem).replace("\n", "\n  ") for problem in problems]


def _line(problem: dict[str, Any]) -> str:
    sources = problem["sources"]
    if len(sources) == 1 and problem["message"].startswith(sources[0]):
        return str(problem["message"])  # the message already names the file
    return f"{_head(problem)}: {problem['message']}"


def _head(problem: dict[str, Any]) -> str:
    kind = _KINDS.get(problem["kind"], problem["kind"].replace("_", " "))
    chunks, sources = problem["chunks"], _some(problem["sources"])
    if chunks:
        tries = f" after {_count(problem['attempts'], 'attempt')}" if problem["attempts"] else ""
        said = f"{_count(len(chunks), 'chunk')} {kind}{tries} ({_some(chunks)} of {sources})"
        return said if problem["stands"] else f"{said}, no longer in the way"
    if sources:
        return f"{sources} {kind}"
    return kind if problem["times"] == 1 else f"{kind}, {problem['times']} times"


def outage_line(outages: int, seconds: float) -> str:
    """How often, and for how long, the server was unreachable."""
    often, in_all = ("once", "") if outages == 1 else (f"{outages:,} times", " in all")
    return f"the server could not be reached {often}, {seconds:.1f} s{in_all}"


def _some(names: Sequence[object]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(str, names[:SHOWN])) + more


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
