"""Fixtures: databases with version A of the small dataset of publication, servers that may crash, all versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.mapping.read import read_dataset
from loader.render.install import install
from loader.server import embedded
from loader.server.binaries import SYSTEM_PATTERNS
from tests.support.history import V1, V2, V3, Rows, Tide
from tests.support.publishing import Town
from tests.support.running import load
from tests.support.server import FAST, copy_server, fresh_database, server_home

# These files take longest, in this order: they begin first, so that both processes end at about the same time.
LONGEST = (
    "roles", "policies", "crash", "load_rejects", "nasty", "rollback", "generated_keys", "stop", "rejected_keys",
    "psql_load", "vanished_rows", "damage", "publish_revert", "lost_decisions", "load_same_result", "index_limits",
    "late_source", "refresh_users", "alterations", "choice", "embedded", "hostile_cost",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {f"test_{name}": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


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
    with fresh_database(server, _version_a) as url:
        yield url


@pytest.fixture(scope="session")
def _discogs(server: str, control_schema: str) -> Iterator[str]:
    with fresh_database(server, control_schema) as url:
        with connect(url) as connection:
            install(connection, read_dataset("discogs"))
        yield url


@pytest.fixture
def discogs_database(server: str, _discogs: str) -> Iterator[str]:
    """URL of a database of this test's own, with the procedures of Discogs, and no data."""
    with fresh_database(server, _discogs) as url:
        yield url


@pytest.fixture(scope="session")
def made_server() -> Iterator[Path]:
    """A folder with a server that was made and stopped, to be copied: making it takes a second of a processor."""
    with server_home() as home:
        embedded.ensure_running(home, settings=FAST)
        embedded.stop(home)
        yield home


@pytest.fixture
def own_server(made_server: Path) -> Iterator[tuple[Path, str]]:
    """A server that may be crashed: where it is, and its URL."""
    with server_home() as home:
        copy_server(made_server, home)
        yield home, embedded.ensure_running(home, settings=FAST)


@pytest.fixture
def tide(tmp_path: Path, database: str) -> Tide:
    """The dataset, empty."""
    return Tide(tmp_path, database)


@pytest.fixture(scope="session")
def _january(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    with fresh_database(server, control_schema) as url:
        tide = Tide(tmp_path_factory.mktemp("tide"), url)
        tide.load("20260101", V1)
        yield tide


@pytest.fixture
def january(server: str, tmp_path: Path, _january: Tide) -> Iterator[Tide]:
    """The dataset with its first month."""
    with fresh_database(server, _january.database) as url:
        yield Tide(tmp_path, url)


@pytest.fixture(scope="session")
def _three_months(server: str, _january: Tide) -> Iterator[tuple[Tide, list[tuple[Rows, Rows]]]]:
    with fresh_database(server, _january.database) as url:
        tide = Tide(_january.folder, url)
        states: list[tuple[Rows, Rows]] = [([], []), tide.state()]
        for day, records in (("20260201", V2), ("20260301", V3)):
            tide.load(day, records)
            states.append(tide.state())
        yield tide, states


@pytest.fixture
def months(
    server: str, tmp_path: Path, _three_months: tuple[Tide, list[tuple[Rows, Rows]]]
) -> Iterator[tuple[Tide, list[tuple[Rows, Rows]]]]:
    """Three months loaded one after the other, with the states before the first and after each."""
    loaded, states = _three_months
    with fresh_database(server, loaded.database) as url:
        yield Tide(tmp_path, url), [*states]


def _other_servers() -> list[Path]:
    """Programs of the system's servers from 15 on, one a major version."""
    found = {path.parent.name: path for pattern in SYSTEM_PATTERNS for path in Path("/").glob(pattern[1:])}
    return [path for name, path in sorted(found.items()) if name.isdigit() and int(name) >= 15]


def _name(programs: Path | None) -> str:
    return programs.parent.name if programs else "tests"


@pytest.fixture(scope="module", params=[None, *_other_servers()], ids=_name)
def any_server(request: pytest.FixtureRequest, server: str) -> Iterator[str]:
    """The server of the tests, then one of each version that this machine has, whose programs no other module sees."""
    if request.param is None:
        yield server
        return
    with pytest.MonkeyPatch.context() as patch, server_home() as home:
        patch.setenv("LOADER_POSTGRES_BIN", str(request.param))
        yield embedded.ensure_running(home, settings=FAST)


@pytest.fixture
def any_database(any_server: str) -> Iterator[str]:
    with fresh_database(any_server) as url:
        yield url
