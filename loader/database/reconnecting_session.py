"""The connection of a command itself: opened when it is needed, waited for if the server is unreachable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import psycopg

from loader.database.bounded import answering_within
from loader.database.breaker import Circuit
from loader.database.connect import Connection, connect
from loader.database.failures import is_connection_loss
from loader.errors import LoaderError, ServerBusyError

log = logging.getLogger(__name__)

MAX_LOSSES = 10  # lost connections in one call: a call that loses it each time will not succeed
SILENCE_S = 30.0  # time limit for queries about the progress of a load

T = TypeVar("T")


class Session:
    """Connects to the server at ``url`` with session ``settings``; ``report`` gets lines while it waits.

    ``silence``: seconds without an answer after which a query about the state gives up the connection. The first
    connection succeeds or fails at once, because the URL may be mistyped, unless the server reports that it accepts
    none at the moment; for later ones it waits, together with the workers of the command (``circuit``).
    """

    def __init__(
        self,
        url: str,
        circuit: Circuit,
        report: Callable[[str], None],
        *,
        application: str,
        silence: float = SILENCE_S,
        **settings: str,
    ) -> None:
        self._url = url
        self.circuit = circuit
        self._report = report
        self._silence = silence
        self._application = application
        self._settings = settings
        self._connection: Connection | None = None
        self._is_known = False  # whether the server has ever answered

    def connected(self) -> Connection:
        """The connection, or a new one if it was lost. Raises ServerGoneError if the server stays unreachable."""
        self._let_go_if_lost()
        if self._connection is None:
            if self._is_known:
                self._connection = self.circuit.connected(self._connect, self._tell)
            else:
                self._connection = self._first()
            self._is_known = True
        return self._connection

    def ask(self, call: Callable[[Connection], T]) -> T:
        """The result of ``call``, which is called again if the connection is lost, so repeating it must be harmless."""
        for _ in range(MAX_LOSSES):
            connection = self.connected()
            try:
                return call(connection)
            except (LoaderError, psycopg.Error) as error:
                if not is_connection_loss(error):
                    raise
                log.warning("the connection was lost, retrying: %s", str(error).partition("\n")[0])
                self.close()
        return call(self.connected())

    def peek(self, call: Callable[[Connection], T]) -> T | None:
        """The result of ``call``, or None, with a report, while the server is unreachable: it does not wait."""
        self._let_go_if_lost()
        if self._connection is None:
            self._connection = self.circuit.tried(self._connect)
        if self._connection is None:
            self._tell()
            return None
        try:
            with answering_within(self._connection, self._silence):
                return call(self._connection)
        except (LoaderError, psycopg.Error) as error:
            if not is_connection_loss(error):
                raise
            log.debug("nothing to be seen: %s", error)
            self.close()
            return None

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _first(self) -> Connection:
        """The first connection: fails at once, unless the server exists and only accepts none at the moment."""
        try:
            return self._connect()
        except ServerBusyError as error:
            self._report(f"{str(error).partition(chr(10))[0]}; waiting")
            return self.circuit.connected(self._connect, self._tell)

    def _connect(self) -> Connection:
        return connect(self._url, application=self._application, **self._settings)

    def _let_go_if_lost(self) -> None:
        if self._connection is not None and (self._connection.broken or self._connection.closed):
            self.close()

    def _tell(self) -> None:
        if line := self.circuit.line():
            self._report(line)
