"""What most commands need first: mapping, log, connection."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
from pathlib import Path

from loader.config.given import run_settings
from loader.config.logs import LogSettings, set_up
from loader.config.settings import OF_RUNS, RunSettings
from loader.database.connect import Connection, connect
from loader.database.manifest import has_manifest
from loader.database.timeouts import timeouts
from loader.database.writable import check_writable
from loader.errors import LoaderError, UsageError
from loader.mapping.dataset import Dataset
from loader.mapping.override_settings import override

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def read_mapping(arguments: argparse.Namespace) -> tuple[Dataset, RunSettings]:
    """The dataset of a command that loads and the settings of its run, with those given by --set; raises
    UsageError for wrong ones.
    """
    from loader.cli.dataset_argument import dataset_of

    with contextlib.ExitStack() as stack:

        def ask() -> Connection | None:
            found = _database(arguments)
            return stack.enter_context(found) if found else None

        dataset = dataset_of(arguments.dataset, ask)
    return override(dataset, settings_given(arguments))


def settings_given(arguments: argparse.Namespace) -> list[str]:
    """The settings that a command line gives, by --set and by options of their own: KEY=VALUE each."""
    options = {name: getattr(arguments, name, None) for name, setting in OF_RUNS.items() if setting.option}
    return [*arguments.set, *(f"{key}={value}" for key, value in options.items() if value is not None)]


def _database(arguments: argparse.Namespace) -> Connection | None:
    """A connection to the server of a command; None if that would be the embedded one, which was never created."""
    from loader.server import embedded

    given = arguments.database or os.environ.get("DATABASE_URL")
    if not given and embedded.status(embedded.default_home()).state == "absent":
        return None
    return connect(database_url(arguments), **timeouts(run_settings(arguments.set)))


def set_up_logs(arguments: argparse.Namespace) -> LogSettings:
    """Sets up the log of this process from the options; raises UsageError for a log file that cannot be written."""
    level = logging.ERROR if arguments.quiet else _LEVELS[min(arguments.verbose, len(_LEVELS) - 1)]
    if arguments.log_file:
        level = min(level, logging.INFO)
        try:
            Path(arguments.log_file).open("a", encoding="utf-8").close()
        except OSError as error:
            raise UsageError(f"the log file {arguments.log_file} cannot be written: {error.strerror}") from error
    settings = LogSettings(level, arguments.log_file, arguments.log_json)
    set_up(settings)
    return settings


def connected(arguments: argparse.Namespace, *, manifest: bool = True, writes: bool = False) -> Connection:
    """A connection to the server of a command. Raises as `connect` does, LoaderError if a ``manifest`` is needed and
    nothing was ever loaded, and DatabaseError for a command that ``writes`` if nothing can be written.
    """
    connection = connect(database_url(arguments), **timeouts(run_settings(arguments.set)))
    if writes:
        check_writable(connection)
    if manifest and not has_manifest(connection):
        raise LoaderError("nothing was ever loaded into this database", hint="`loader load DATASET PATH…` does")
    return connection


def database_url(arguments: argparse.Namespace) -> str:
    """URL of the server of a command; starts the embedded one if needed. Raises DatabaseError if that fails."""
    url = arguments.database or os.environ.get("DATABASE_URL")
    if url:
        return str(url)
    from loader.server import embedded

    return embedded.ensure_running(embedded.default_home())
