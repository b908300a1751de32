"""Commands on servers: psql and the embedded one."""

from __future__ import annotations

import argparse
import os
import subprocess

from loader.commands.common import database_url

NEWEST_MAJOR = 18  # a psql of this version speaks with every server that the loader works on


def psql(arguments: argparse.Namespace) -> int:
    """`loader psql`."""
    from loader.database.binaries import psql_path
    from loader.database.connect import parameters_of

    found = parameters_of(database_url(arguments))
    names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "options": "PGOPTIONS"}  # fmt: skip
    # By environment: a URL with a password, as an argument, would be seen in the list of processes.
    environment = {names[key]: str(value) for key, value in found.items() if key in names}
    given = [argument for argument in arguments.arguments if argument != "--"]
    return subprocess.run([psql_path(NEWEST_MAJOR), *given], env={**os.environ, **environment}, check=False).returncode


def db_start(arguments: argparse.Namespace) -> int:
    """`loader db start`."""
    return db_url(arguments)


def db_url(_: argparse.Namespace) -> int:
    """`loader db url`."""
    from loader.database import embedded

    print(embedded.ensure_running(embedded.default_home()))
    return 0


def db_stop(_: argparse.Namespace) -> int:
    """`loader db stop`."""
    from loader.database import embedded

    print("stopped" if embedded.stop(embedded.default_home()) else "it was not running")
    return 0
