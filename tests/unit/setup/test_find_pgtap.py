"""Which pgTAP is taken when there are several."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tap import install


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, list[str]]:
    """A cache, and where servers would have their extensions."""
    return tmp_path / "cache", [str(tmp_path / "*" / "extension")]


def test_the_newest_whole_version_is_taken(tmp_path: Path, places: tuple[Path, list[str]]) -> None:
    folder = tmp_path / "15" / "extension"
    folder.mkdir(parents=True)
    for name in (
        "pgtap--1.9.0.sql",
        "pgtap--1.10.0.sql",
        "pgtap--1.10.0--2.0.0.sql",
        "pgtap-core--3.0.0.sql",
    ):
        (folder / name).touch()

    assert install.find_pgtap(*places) == folder / "pgtap--1.10.0.sql"


def test_what_was_fetched_is_kept_and_not_fetched_again(places: tuple[Path, list[str]]) -> None:
    calls = []

    def fetch(scratch: Path) -> None:
        calls.append(scratch)
        (scratch / "pgtap--1.3.5.sql").write_text("select 1;")

    first, second = (install.find_pgtap(*places, [fetch]) for _ in range(2))

    assert first == second == places[0] / "pgtap--1.3.5.sql"
    assert len(calls) == 1


def test_without_any_source_the_message_says_what_was_tried(
    tmp_path: Path, places: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(install.PgtapMissingError, match=r"(?s)fetch from npm: .*fetch from debian: .*apt-get install"):
        install.find_pgtap(*places)
