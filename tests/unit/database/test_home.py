"""Where the embedded server lives, and what it is set to there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loader.load.preflight import SESSIONS_A_WORKER, SPARE
from loader.process import cores
from loader.server import embedded, settings


@pytest.fixture
def module_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The loader as if it stood below a folder of the test's own."""
    monkeypatch.delenv("LOADER_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(embedded, "__file__", str(tmp_path / "place" / "loader" / "server" / "embedded.py"))
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def test_in_a_clone_the_server_lives_in_the_clone(module_in: Path) -> None:
    (module_in / "pyproject.toml").touch()

    assert embedded.default_home() == module_in / ".postgres"


def test_once_installed_it_lives_among_the_users_data(module_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedded.default_home() == module_in.parent / "user/.local/share/dumploader/postgres"

    monkeypatch.setenv("XDG_DATA_HOME", "/big/disk")
    assert embedded.default_home() == Path("/big/disk/dumploader/postgres")


def test_a_named_home_goes_before_the_clone(module_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (module_in / "pyproject.toml").touch()
    monkeypatch.setenv("LOADER_HOME", "~/server")

    assert embedded.default_home() == module_in.parent / "user" / "server"


@pytest.mark.parametrize(("size", "kind"), [(64 << 20, "mmap"), (8 << 30, None)])
def test_a_small_shared_memory_as_in_containers_is_not_used(
    size: int, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(size, 0, size))

    assert settings.default_settings().get("dynamic_shared_memory_type") == kind


@pytest.mark.parametrize(("count", "more"), [(2, False), (64, True), (256, True)])
def test_a_machine_of_many_cores_has_connections_for_a_worker_on_each(
    count: int, more: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "count", lambda: count)

    sessions = settings.default_settings().get("max_connections")

    assert (sessions is not None) is more
    assert int(sessions or 100) > SESSIONS_A_WORKER * count + SPARE


def test_durability_is_not_touched() -> None:
    assert not {"fsync", "synchronous_commit", "full_page_writes"} & settings.default_settings().keys()
