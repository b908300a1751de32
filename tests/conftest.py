"""Fixtures for all tests: a clean environment, a server, and fresh databases in it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.server import fresh_database, running_server
from tests.warm import warm_commands

# What people set to steer the tests themselves; their other settings of the loader must not reach a test.
STEERING = {"LOADER_TEST_DATA", "LOADER_POSTGRES_BIN"}


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if (name.startswith("LOADER_") and name not in STEERING) or name == "PGOPTIONS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _warm_commands() -> Iterator[None]:
    with warm_commands():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of the server that the tests run on: DATABASE_URL, else an embedded one of this session's own."""
    with running_server() as url:
        yield url


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """URL of an empty database of this test's own."""
    with fresh_database(server) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(server: str) -> Iterator[str]:
    """URL of a database that the tests of one module share; empty at the first."""
    with fresh_database(server) as url:
        yield url
