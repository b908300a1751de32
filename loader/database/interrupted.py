"""Connections whose statement was interrupted: restored to a usable state, or their statement cancelled."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from concurrent.futures import Future, wait

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from loader.database.bounded import CANCEL_SECONDS
from loader.database.connect import Connection


def settle(connection: Connection) -> bool:
    """Ends what a connection does, and rolls back; returns whether it can be used again.

    A signal may arrive between any two instructions, also of psycopg, which then does not know what it has sent. So
    this asks libpq. Code that uses the connection afterwards should do the same.
    """
    link = connection.pgconn
    try:
        if link.transaction_status == TransactionStatus.ACTIVE:
            connection.cancel_safe(timeout=CANCEL_SECONDS)
            while (result := link.get_result()) is not None:
                if result.status == ExecStatus.COPY_IN:
                    link.put_copy_end(b"stopped")
        if link.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            link.exec_(b"rollback")
        return link.transaction_status == TransactionStatus.IDLE
    except psycopg.Error:
        return False


def cancel_until_done(tasks: Collection[Future[None]], connections: Collection[Connection]) -> None:
    """Cancels the statements of threads on their connections until the threads have ended. Repeatedly, because the
    first cancellation misses a statement that is about to begin.
    """
    while wait(tasks, CANCEL_SECONDS).not_done:
        for connection in list(connections):
            with contextlib.suppress(psycopg.Error):
                connection.cancel_safe(timeout=CANCEL_SECONDS)
