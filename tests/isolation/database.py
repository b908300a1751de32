"""The database that specs run in, and all specs."""

from __future__ import annotations

from pathlib import Path

import psycopg

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.mapping.read import read_dataset
from loader.render.install import install
from tests.isolation.reading import Spec, read
from tests.isolation.running import Runner

HERE = Path(__file__).parent


def specs() -> list[Path]:
    """The files."""
    return sorted((HERE / "specs").glob("*.spec"))


def prepare(url: str) -> None:
    """Sets up an empty database."""
    connection = connect(url, application="isolation")
    migrate(connection)
    install(connection, read_dataset(str(HERE / "box.yaml")))
    connection.close()
    with psycopg.connect(url, autocommit=True) as own:
        for routine in ("create_target()", "create_build(1)", "create_history()"):
            own.execute(f"call box_stage.{routine}".encode())
        own.execute((HERE / "support.sql").read_bytes(), prepare=False)


def run(url: str, path: Path) -> int:
    """Runs the spec of a file; returns the number of orders."""
    spec: Spec = read(path)
    runner = Runner(url, spec)
    try:
        return runner.run()
    finally:
        runner.close()
