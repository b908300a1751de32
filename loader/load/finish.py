"""The end of a load: tables are built in parallel sessions, then published; every step can be repeated."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg

from loader.database.conflict_retry import execute
from loader.database.connect import Connection, connect
from loader.database.interrupted import cancel_until_done
from loader.database.refusal import explained
from loader.database.sqlstates import MENDABLE, Own
from loader.database.timeouts import timeouts_of
from loader.errors import LoaderError
from loader.load.space import check_apply
from loader.queue.worker import has_work

log = logging.getLogger(__name__)

# Memory for sorting the keys of one table; two sessions build at a time, one of them the command's own.
BUILDING = {"maintenance_work_mem": "256MB", "max_parallel_maintenance_workers": "0", "synchronous_commit": "off"}
ENDING = {**BUILDING, "synchronous_commit": "on"}  # what the last step reports is durable

FINISHING = 0x6C6F6164  # the first half of the advisory locks: "load"
TURN_SECONDS = 0.2

_PHASES = {
    ("open", "merge"): "applying the difference",
    ("open", "replace"): "preparing the publication",
    ("built", "replace"): "publishing",
}


class WorkLeftError(LoaderError):
    """Chunks are in the queue again: a server crash undid them, or rows that equalled their records have changed."""


def finish(
    connection: Connection,
    url: str,
    load_id: int,
    sessions: int,
    report: Callable[[str], None],
    *,
    space_matters: bool = True,
) -> dict[str, int]:
    """Takes a load to its end. ``report`` gets a line for each phase. ``sessions`` (at ``url``) build tables at the
    same time. ``space_matters``: whether a merge that the disk cannot hold is refused.

    Returns the numbers of rows of tables, where building them has counted them. Raises WorkLeftError if chunks have to
    be loaded again, LoaderError if the load cannot end; it is then marked as failed, unless somebody can fix the cause
    and continue.
    """

    def tell(notice: psycopg.errors.Diagnostic) -> None:
        # The sessions that a publication or a merge waits for; the server names them every few seconds.
        if notice.sqlstate == Own.PUBLICATION_BLOCKED:
            report(f"{phase}: {notice.message_primary}")

    phase = "building tables"
    rows: dict[str, int] = {}
    connection.add_notice_handler(tell)
    try:
        with explained(f"load {load_id}"), _turn(connection, load_id, report):
            if _state(connection, load_id) == ("open", "replace"):
                rows = _build(url, connection, load_id, sessions, report)
            while (state := _state(connection, load_id))[0] in ("open", "built"):
                needed = check_apply(connection, load_id, refuse=space_matters)
                phase = _PHASES[state]
                report(f"{phase}{': ' if needed else ''}{needed}")
                execute(connection, "call loader.finish_load(%s)", (load_id,), load=load_id)
                if _state(connection, load_id) == ("open", "merge"):
                    raise WorkLeftError("rows that were found unchanged have changed; their chunks are merged again")
            with explained(f"load {load_id} is done, but its last step failed"):  # users' foreign keys, shadow tables
                execute(connection, "call loader.finish_load(%s)", (load_id,), load=load_id)
            return rows
    except WorkLeftError:
        raise
    except LoaderError as error:
        if error.context.get("sqlstate") == Own.BUILD_LOST:
            execute(connection, "select loader.restart_build(%s)", (load_id,), load=load_id)
            raise WorkLeftError("a server crash emptied the unlogged tables; all chunks are loaded again") from error
        if error.context.get("sqlstate") == Own.LOAD_INCOMPLETE and has_work(connection, load_id):
            # Workers commit without waiting for the disk, and they have ended by now.
            raise WorkLeftError("a server crash undid the last chunks; they are loaded again") from error
        mark_failed(connection, load_id, error)
        if not error.retryable:
            error.hint = "\n  ".join(filter(None, (error.hint, _left_behind(connection, load_id))))
        raise
    finally:
        connection.remove_notice_handler(tell)


@contextlib.contextmanager
def _turn(connection: Connection, load_id: int, report: Callable[[str], None]) -> Iterator[None]:
    """Waits while another command finishes the same load, then makes other commands wait.

    It asks again and again, because a session that waits inside a statement for a lock holds an old snapshot, and a
    publication has to wait for the end of such snapshots.
    """
    lock = (FINISHING, load_id % 2**31)
    waiting = False
    while connection.execute("select pg_try_advisory_lock(%s, %s)", lock).fetchone() != (True,):
        if not waiting:
            report("another command finishes the load")
        waiting = True
        time.sleep(TURN_SECONDS)
    try:
        yield
    finally:
        # A lost session has released its lock; its error is on its way already.
        with contextlib.suppress(psycopg.OperationalError):
            connection.execute("select pg_advisory_unlock(%s, %s)", lock)


def _build(
    url: str, connection: Connection, load_id: int, sessions: int, report: Callable[[str], None]
) -> dict[str, int]:
    """Builds all tables, the largest first; returns their numbers of rows, where known."""
    connection.execute("select loader.assert_complete(%s)", (load_id,))
    report("resolving duplicates")
    execute(connection, "select loader.resolve_build(%s)", (load_id,), load=load_id)
    names = connection.execute(
        "select p.table_name from loader.publication_pairs(%s) as p order by pg_relation_size(p.new_oid) desc",
        (load_id,),
    ).fetchall()
    rows: dict[str, int | None] = {}
    left = iter([name for (name,) in names])  # shared by all sessions
    sessions_beside: list[Connection] = []

    def build(session: Connection) -> None:
        # Each session builds one table after the other: starting one costs the server as much as a small table does.
        try:
            for name in left:
                found = execute(session, "select loader.build_table(%s, %s)", (load_id, name), load=load_id).fetchone()
                rows[name] = found[0] if found else None
                report(f"building tables {len(rows)}/{len(names)}")
        except BaseException:
            list(left)  # no session begins another table
            raise

    def build_besides() -> None:
        with contextlib.closing(connect(url, application="loader build", **BUILDING, **limits)) as own:
            sessions_beside.append(own)
            build(own)

    besides = min(sessions, len(names)) - 1
    limits = timeouts_of(connection) if besides > 0 else {}
    if besides < 1:
        build(connection)
    else:
        with ThreadPoolExecutor(besides) as pool:
            others = [pool.submit(build_besides) for _ in range(besides)]
            try:
                build(connection)
                for session in others:
                    session.result()
            except BaseException:  # a stop, too: otherwise it would wait for minutes until the others have ended
                cancel_until_done(others, sessions_beside)
                raise
    return {name: count for name, count in rows.items() if count is not None}


def _state(connection: Connection, load_id: int) -> tuple[str, str]:
    row = connection.execute("select state, mode from loader.read_load(%s)", (load_id,)).fetchone()
    return (str(row[0]), str(row[1])) if row else ("failed", "")


def mark_failed(connection: Connection, load_id: int, error: LoaderError) -> None:
    """Marks the load as failed if another attempt cannot help, but not with dead chunks: these can be requeued."""
    if connection.broken or error.retryable or str(error.context.get("sqlstate")).startswith(MENDABLE):
        return
    try:
        connection.execute("select loader.fail_load(%s, %s)", (load_id, str(error)))
    except psycopg.Error as second:
        log.error("load %s could not be marked as failed: %s", load_id, second)


def _left_behind(connection: Connection, load_id: int) -> str:
    """What a merge with visibility: chunk has written although it did not end."""
    if connection.broken:
        return ""
    row = connection.execute("select loader.merged_records(%s)", (load_id,)).fetchone()
    written = int(row[0]) if row else 0
    return f"{written:,} records were merged before and stay; any later load wins over them" if written else ""
