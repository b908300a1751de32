"""Compiled templates are kept in the user's cache, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.mapping.read import read_dataset
from loader.render import script


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(script, "environment", script.environment.__wrapped__)


def rendered() -> str:
    return script.render(read_dataset("discogs"))


def test_what_was_kept_renders_the_same(tmp_path: Path) -> None:
    first = rendered()
    kept = list((tmp_path / "dumploader" / "templates").iterdir())
    assert len(kept) > 50
    assert rendered() == first
    for file in kept:
        file.write_bytes(b"broken")
    assert rendered() == first


def test_a_cache_that_others_could_write_is_none(tmp_path: Path) -> None:
    first = rendered()
    folder = tmp_path / "dumploader" / "templates"
    folder.chmod(0o777)
    for file in folder.iterdir():
        file.unlink()
    assert rendered() == first
    assert list(folder.iterdir()) == []
