"""`loader psql ARGS…` hands psql its own options, those too that the loader has under the same letter."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import pytest

from loader.cli import main as cli


def _given(monkeypatch: pytest.MonkeyPatch, argv: Sequence[str]) -> argparse.Namespace:
    found: list[argparse.Namespace] = []
    monkeypatch.setattr(cli, "_run", lambda arguments: found.append(arguments) or 0)
    cli.main(argv)
    return found[0]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-c", "select 1"],
        ["-X", "-q", "-v", "name=1", "-f", "file.sql"],
        ["file", "--csv"],
    ],
)
def test_everything_behind_psql_goes_to_psql(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    given = _given(monkeypatch, ["psql", *arguments])

    assert [argument for argument in given.arguments if argument != "--"] == arguments
    assert given.database is None


@pytest.mark.parametrize("option", [["--database", "postgresql:///x"], ["--database=postgresql:///x"]])
def test_the_database_is_named_before_what_psql_is_given(monkeypatch: pytest.MonkeyPatch, option: list[str]) -> None:
    given = _given(monkeypatch, ["psql", *option, "-c", "select 1"])

    assert given.database == "postgresql:///x"
    assert [argument for argument in given.arguments if argument != "--"] == ["-c", "select 1"]
