"""Which pgTAP is taken when there are several."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tap import install


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(install, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(install, "EXTENSION_FOLDERS", (str(tmp_path / "*" / "extension"),))
    folder = tmp_path / "15" / "extension"
    folder.mkdir(parents=True)
    return folder


def test_the_newest_whole_version_is_taken(folder: Path) -> None:
    for name in (
        "pgtap--1.9.0.sql",
        "pgtap--1.10.0.sql",
        "pgtap--1.10.0--2.0.0.sql",
        "pgtap-core--3.0.0.sql",
    ):
        (folder / name).touch()

    assert install.find_pgtap() == folder / "pgtap--1.10.0.sql"


def test_what_was_fetched_is_kept_and_not_fetched_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fetch(scratch: Path) -> None:
        calls.append(scratch)
        (scratch / "pgtap--1.3.5.sql").write_text("select 1;")

    monkeypatch.setattr(install, "_fetch_from_npm", fetch)

    first, second = install.find_pgtap(), install.find_pgtap()

    assert first == second == install.CACHE / "pgtap--1.3.5.sql"
    assert len(calls) == 1


def test_without_any_source_the_message_says_what_was_tried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))

    with pytest.raises(install.PgtapMissingError, match=r"(?s)fetch from npm: .*fetch from debian: .*apt-get install"):
        install.find_pgtap()
