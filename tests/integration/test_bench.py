"""The suites of the benchmark and its gate run against the loader as it is, in small."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.check import client, database
from tests.bench.corpus import dump
from tests.bench.server import Server, durable_server
from tests.bench.suites import queue

RELEASES = 30
SMALL = {
    "engines": ["--releases=30", "--rounds=1"],
    "stages": ["--releases=30", "--rounds=1"],
    "strategies": ["--releases=30", "--rounds=1", "--sources=2", "--only", "plain", "partitioned"],
    "typed": ["--values=400", "--rounds=1", "--shapes", "nodes", "--only", "text", "typed, rules, 1 % bad"],
}


@pytest.fixture(scope="module")
def telling() -> Iterator[Server]:
    with durable_server(telling=True) as server:
        yield server


@pytest.mark.parametrize("name", SMALL)
def test_a_suite_measures_something(name: str, telling: Server) -> None:
    suite = importlib.import_module(f"tests.bench.suites.{name}")
    parser = argparse.ArgumentParser()
    suite.add_arguments(parser)

    result = suite.run_suite(parser.parse_args(SMALL[name]), telling)

    assert result.records
    assert all(len(row) == len(table.heads) for table in result.tables for row in table.rows)


def test_every_chunk_of_the_queue_is_claimed_once(telling: Server) -> None:
    options = argparse.Namespace(chunks=20, seconds=60.0)

    found = queue.measure(telling, options, 2, held=True, ends=True)

    assert found["claims"] == 20
    assert found["exhausted"]


def test_the_gate_sees_what_was_slowed_down(telling: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if telling.log is None:
        pytest.skip("needs the log of a server of its own")
    monkeypatch.setattr(client, "REPEATS", 1)
    monkeypatch.setattr(database, "LOADS", 1)
    month = dump(tmp_path, RELEASES)
    parsing, merging = "extract lxml / libxml2 tree", "merge / COPY"
    much = {"extract": 8.0, "merge": 8.0}

    pairs = client.pairs(month.folder)
    usual = client.ratios(pairs, {}, parsing) | database.ratios(month, telling, {}, merging)
    slowed = client.ratios(pairs, much, parsing) | database.ratios(month, telling, much, merging)

    assert slowed[parsing] > 3 * usual[parsing]
    assert slowed[merging] > 3 * usual[merging]
