"""Where the embedded server lives, and what it is set to there."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.load.preflight import SESSIONS_A_WORKER, SPARE
from loader.server import embedded, settings


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the loader stands: in a folder of the test's own."""
    monkeypatch.delenv("LOADER_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def test_in_a_clone_the_server_lives_in_the_clone(place: Path) -> None:
    (place / "pyproject.toml").touch()

    assert embedded.default_home(place) == place / ".postgres"


def test_once_installed_it_lives_among_the_users_data(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedded.default_home(place) == place.parent / "user/.local/share/dumploader/postgres"

    monkeypatch.setenv("XDG_DATA_HOME", "/big/disk")
    assert embedded.default_home(place) == Path("/big/disk/dumploader/postgres")


def test_a_named_home_goes_before_the_clone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "pyproject.toml").touch()
    monkeypatch.setenv("LOADER_HOME", "~/server")

    assert embedded.default_home(place) == place.parent / "user" / "server"


@pytest.mark.parametrize(("size", "kind"), [(64 << 20, "mmap"), (8 << 30, None), (None, None)])
def test_a_small_shared_memory_as_in_containers_is_not_used(size: int | None, kind: str | None) -> None:
    assert settings.settings_for(2, size).get("dynamic_shared_memory_type") == kind


@pytest.mark.parametrize(("count", "more"), [(2, False), (64, True), (256, True)])
def test_a_machine_of_many_cores_has_connections_for_a_worker_on_each(count: int, more: bool) -> None:
    sessions = settings.settings_for(count, None).get("max_connections")

    assert (sessions is not None) is more
    assert int(sessions or 100) > SESSIONS_A_WORKER * count + SPARE


def test_durability_is_not_touched() -> None:
    assert not {"fsync", "synchronous_commit", "full_page_writes"} & settings.default_settings().keys()
