"""Connections whose statement was interrupted: brought back to where they can be used, or their statement cancelled."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from concurrent.futures import Future, wait

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from loader.database.bounded import CANCEL_SECONDS
from loader.database.connect import Connection


def settle(connection: Connection) -> bool:
    """Ends what a connection does, and rolls back; whether it can be used again.

    A signal may arrive between any two instructions, of psycopg too, which then does not know what it has sent. So
    this asks libpq. What is executed behind it should do the same.
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
    """Cancels what threads do over their connections until the threads have ended. Again and again: a statement that
    was about to begin is not met by the first time.
    """
    while wait(tasks, CANCEL_SECONDS).not_done:
        for connection in list(connections):
            with contextlib.suppress(psycopg.Error):
                connection.cancel_safe(timeout=CANCEL_SECONDS)
