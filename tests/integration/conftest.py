"""Fixtures for the tests of publication: databases that are filled with version A of the small dataset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.publishing import Town, copied
from tests.running import load
from tests.server import fresh_database


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The small dataset."""
    return Town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def _version_a(server: str, town: Town) -> Iterator[str]:
    with fresh_database(server) as url:
        load(url, town.mapping(), *town.dump("A"))
        yield url


@pytest.fixture
def filled(server: str, _version_a: str) -> Iterator[str]:
    """URL of a database of this test's own that holds version A."""
    with copied(server, _version_a) as url:
        yield url
