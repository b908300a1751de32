"""Fixtures for all tests: a clean environment, a server, and fresh databases in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.database.migrate import migrate
from tests.support.kept import kept_loads
from tests.support.server import fresh_database, running_server
from tests.support.warm import warm_commands

# What people set to steer the tests themselves; their other settings of the loader must not reach a test.
STEERING = {"LOADER_TEST_DATA", "LOADER_POSTGRES_BIN"}


LONG = tuple(line for line in Path(__file__).with_name("long.txt").read_text().splitlines() if not line.startswith("#"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.removeprefix("tests/").removeprefix("integration/").startswith(LONG):
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if (name.startswith("LOADER_") and name not in STEERING) or name == "PGOPTIONS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _warm_commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.getbasetemp()
    with warm_commands(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder):
        yield


@pytest.fixture(scope="session", autouse=True)
def _kept_sessions() -> Iterator[None]:
    with kept_loads():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of the server that the tests run on: DATABASE_URL, else an embedded one of this session's own."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def control_schema(server: str) -> Iterator[str]:
    """URL of a database with the control schema and nothing else, to be copied: installing it takes twice as long."""
    with fresh_database(server) as url:
        with connect(url) as connection:
            migrate(connection)
        yield url


@pytest.fixture
def database(server: str, control_schema: str) -> Iterator[str]:
    """URL of a database of this test's own, with the control schema and nothing else."""
    with fresh_database(server, control_schema) as url:
        yield url


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """URL of a database of this test's own, as nobody has ever loaded into it."""
    with fresh_database(server) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(server: str, control_schema: str) -> Iterator[str]:
    """URL of a database that the tests of one module share; it has the control schema and nothing else at first."""
    with fresh_database(server, control_schema) as url:
        yield url
