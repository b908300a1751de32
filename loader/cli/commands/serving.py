"""Commands on servers: psql and the embedded one."""

from __future__ import annotations

import argparse
import os
import subprocess

from loader.cli.commands.common import database_url
from loader.cli.exit_codes import CLEAN
from loader.process import stop

NEWEST_MAJOR = 18  # a psql of this version supports every server version that the loader does


def psql(arguments: argparse.Namespace) -> int:
    """`loader psql`."""
    from loader.server.binaries import psql_path

    environment = {**os.environ, **_libpq_variables(database_url(arguments))}
    program = psql_path(NEWEST_MAJOR, tls=environment.get("PGSSLMODE", "disable") != "disable")
    given = [argument for argument in arguments.arguments if argument != "--"]
    with stop.left_to_child():
        done = subprocess.run([program, *given], env=environment, check=False)
    return done.returncode


def _libpq_variables(url: str) -> dict[str, str]:
    """The parameters in a URL, as variables that libpq reads: as an argument, a password would be visible in the list
    of processes. Raises UsageError for a URL that cannot be parsed.
    """
    from psycopg.pq import Conninfo

    from loader.database.connect import parameters_of

    parameters_of(url)  # raises without quoting a password
    options = Conninfo.parse(url.encode())
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}


def db_start(arguments: argparse.Namespace) -> int:
    """`loader db start`."""
    return db_url(arguments)


def db_url(_: argparse.Namespace) -> int:
    """`loader db url`."""
    from loader.server import embedded

    print(embedded.ensure_running(embedded.default_home()))
    return CLEAN


def db_stop(_: argparse.Namespace) -> int:
    """`loader db stop`."""
    from loader.server import embedded

    print("stopped" if embedded.stop(embedded.default_home()) else "it was not running")
    return CLEAN
