"""The wheel holds all that the loader needs outside a clone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CLONE, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_file_of_sql_migrations_and_datasets_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())

    for folder, place in (("sql", "loader/_sql"), ("migrations", "loader/_migrations")):
        files = [path for path in (CLONE / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"{place}/{path.relative_to(CLONE / folder)}" for path in files} <= inside
    for path in (CLONE / "loader" / "datasets").glob("*.yaml"):
        assert f"loader/datasets/{path.name}" in inside


def test_nothing_but_the_package_is_inside(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"loader"}


def test_it_runs_outside_the_clone(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = "import loader.cli; print(loader.cli.__file__, flush=True); loader.cli.main(['--help'])"

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.stdout.startswith(str(site)), told.stderr
    assert "usage" in told.stdout.lower()
