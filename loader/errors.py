"""Every error that a user can see: one root, and a class for each case that callers handle differently.

A message is a sentence for a person: what happened, where, what to do. The command line prints it without a traceback.
"""

from __future__ import annotations

from typing import ClassVar


class LoaderError(Exception):
    """The loader could not do what was asked."""

    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "", **context: object) -> None:
        super().__init__(message)
        self.hint = hint
        self.context = context
        self.report: dict[str, object] = {}  # further facts for --json
        self.lines: list[str] = []  # the same as text

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n  {self.hint}" if self.hint else message


class UsageError(LoaderError):
    """The command, a setting or a file name is wrong; nothing was started."""


class MappingError(UsageError):
    """A mapping is wrong; the message names the file and the line."""


class SourceError(LoaderError):
    """A source as a whole cannot be read: not XML, wrong root, unknown encoding, refused DOCTYPE."""


class NoXmlError(SourceError):
    """A file is not a dump; ``why``, in the context, is its kind in few words."""


class NotMappedError(SourceError):
    """No entity of the mapping has the root element of a file; ``why``, in the context, is the reason in few words."""


class SourceChangedError(SourceError):
    """The bytes of a chunk are not those that were planned."""


class HostError(LoaderError):
    """This machine cannot do the work at the moment: no thread can be started, a library cannot be loaded."""


class DatabaseError(LoaderError):
    """The server refused, or cannot do, what the loader needs."""


class ServerUnavailableError(DatabaseError):
    """The server does not answer; another attempt may help."""

    retryable: ClassVar[bool] = True


class ServerBusyError(ServerUnavailableError):
    """The server is running, but accepts no connection at the moment: all are in use, or it is starting."""


class ServerGoneError(ServerUnavailableError):
    """The server has not answered for as long as a command waits for it."""
