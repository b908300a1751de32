"""Runs the pgTAP files of tests/pgtap against a fresh database in which the loader has set up two datasets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.pq import Conninfo

from loader.cli.main import main as loader
from loader.server.binaries import psql_path
from tests.support.server import fresh_database, running_server
from tests.tap.install import PgtapMissingError, load_pgtap

TESTS = Path(__file__).resolve().parents[1] / "pgtap"
POLICIES = TESTS.parent / "support" / "policies.yaml"  # an entity for every policy
DATASETS = {
    "discogs": "discogs",
    "shop": str(TESTS / "shop.yaml"),
    "market": str(POLICIES),
    "diary": str(TESTS / "diary.yaml"),
}


def main(names: list[str]) -> int:
    """Run the named files, or all; returns the runner's exit code."""
    files = [Path(name) for name in names] or sorted(TESTS.glob("*.sql"))
    with running_server() as server, fresh_database(server) as database:
        for dataset, mapping in DATASETS.items():
            if code := loader(["migrate", mapping, "--database", database]):
                return code
            with psycopg.connect(database) as connection:
                connection.execute(f"call {dataset}_stage.create_target()".encode())
        try:
            load_pgtap(database)
        except PgtapMissingError as error:
            print(error, file=sys.stderr)
            return 1
        return _run(files, database)


def _run(files: list[Path], database: str) -> int:
    """Run pg_prove where it is installed, else perl's own prove, which does the same with more words."""
    with psycopg.connect(database) as connection:
        psql = psql_path(connection.info.server_version // 10000)
    if pg_prove := shutil.which("pg_prove"):
        command = [pg_prove]
    elif prove := shutil.which("prove"):
        command = [prove, "--ext", ".sql", "--exec", "psql -X -q -A -t -P pager=off -v ON_ERROR_STOP=1 -f"]
    else:
        print("Neither pg_prove nor prove is installed (on Debian: apt-get install perl).", file=sys.stderr)
        return 1
    # Where psql is and where it connects goes by the environment: both runners split what they are given.
    environment = {**os.environ, **_libpq_variables(database)}
    environment["PATH"] = f"{psql.parent}{os.pathsep}{os.environ['PATH']}"
    sys.stdout.flush()
    return subprocess.run([*command, *map(str, files)], env=environment, check=False).returncode


def _libpq_variables(url: str) -> dict[str, str]:
    """A URL as the variables that libpq reads, such as PGHOST."""
    options = Conninfo.parse(url.encode())
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
