"""The wheel and the source archive hold all that the loader needs outside a clone, and load a file from there."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import psycopg
import pytest

import loader

CLONE = Path(__file__).resolve().parents[2]
MAPPING = """
dataset: books
entities:
  book: {record: /books/book, key: {id: {path: "@id", type: integer}}, columns: {title: title}}
"""


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet: the wheel does that."""
    return empty_database


def build(target: str, source: Path, folder: Path) -> Path:
    """Build the ``wheel`` or ``sdist`` of a source tree into the folder; return the file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl" if target == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", CLONE, tmp_path_factory.mktemp("wheel"))


def test_every_file_of_sql_migrations_and_datasets_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())

    for folder, place in (("sql", "loader/_sql"), ("migrations", "loader/_migrations")):
        files = [path for path in (CLONE / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"{place}/{path.relative_to(CLONE / folder)}" for path in files} <= inside
    for path in (CLONE / "loader" / "mapping" / "datasets").glob("*.yaml"):
        assert f"loader/mapping/datasets/{path.name}" in inside


def test_nothing_but_the_package_is_inside(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"loader"}


def test_the_wheel_built_from_the_source_archive_is_the_same(wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", CLONE, tmp_path)
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    again = build("wheel", tmp_path / archive.name.removesuffix(".tar.gz"), tmp_path)

    assert contents(again) == contents(wheel)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_its_metadata_name_the_licence_and_the_version(wheel: Path) -> None:
    files = contents(wheel)
    (metadata,) = (text.decode() for name, text in files.items() if name.endswith(".dist-info/METADATA"))

    assert "License-Expression: MIT\n" in metadata
    assert f"Version: {loader.__version__}\n" in metadata
    assert any(name.endswith("/licenses/LICENSE") for name in files)


def test_it_loads_a_file_outside_the_clone(wheel: Path, tmp_path: Path, database: str) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "books.yaml").write_text(MAPPING)
    (tmp_path / "books.xml").write_text("<books><book id='1'><title>Dune</title></book></books>")
    command = "import sys, loader.__main__; print(loader.__file__, flush=True); sys.exit(loader.__main__.main())"

    told = subprocess.run(
        [sys.executable, "-c", command, "load", "books.yaml", "books.xml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(str(site))
    with psycopg.connect(database) as connection:
        assert connection.execute("select id, title from books.book").fetchall() == [(1, "Dune")]
