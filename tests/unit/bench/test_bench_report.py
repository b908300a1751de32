"""Tables and ratios say what the runs say, and land in their own place of the page."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.bench import rival
from tests.bench.measuring import Cost, Run
from tests.bench.report import Result, Table, write_page
from tests.bench.suites.load import find_rival, medians, ratios

PAGE = "before\n<!-- begin load -->\nold\n<!-- end load -->\nbetween\n<!-- begin queue -->\nkept\n<!-- end queue -->\n"


def _run(name: str, number: int, cpu: float) -> Run:
    cost = Cost(wall=cpu, client_cpu=cpu, server_cpu=1.0, memory=10, wal=0, database=0)
    return Run(name, number, cost, xml_bytes=1_000_000, records=10, rows=100)


FOUND = [
    ("slow", 1, 10.0),
    ("quick", 1, 2.0),
    ("quick", 2, 4.0),
    ("slow", 2, 12.0),
    ("quick", 3, 2.0),
    ("slow", 3, 20.0),
]
RUNS = [_run(*found) for found in FOUND]


def test_ratios_are_of_pairs_whatever_their_order() -> None:
    client = next(row for row in ratios(RUNS, "slow", "quick").rows if row[0] == "client CPU")

    assert list(client[1:]) == ["5.00", "3.00", "10.00"]


def test_a_loader_has_the_median_of_each_figure() -> None:
    table = medians(RUNS, "")

    assert [(row[0], row[1]) for row in table.rows] == [("slow", "12.00"), ("quick", "2.00")]


def test_only_the_block_of_the_suite_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)

    write_page("load", "today", Result([Table(["a", "b"], [["x", "1"]])]), page)

    assert page.read_text() == PAGE.replace("old\n", "today\n\n| a | b |\n|---|---:|\n| x | 1 |\n")


def test_a_page_without_the_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)

    with pytest.raises(ValueError, match="no place for floors"):
        write_page("floors", "today", Result(), page)
    assert page.read_text() == PAGE


def test_a_rival_that_cannot_be_installed_is_left_out_and_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rival, "CACHE", tmp_path)
    monkeypatch.setattr(rival.sys, "executable", "false")
    result = Result()

    assert find_rival(argparse.Namespace(alone=False, rival=""), result) is None
    assert "only our side is measured" in result.notes[0]
    assert result.notes[0] in capsys.readouterr().err
