"""What `loader plan` shows is what a load does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.running import load, loader, query

PLAN = (
    "select s.name, c.number, split_part(c.place, ' ', 2)::bigint, split_part(c.place, ' ', 4)::bigint, "
    "c.first_record, c.records from loader.chunk as c "
)


@pytest.mark.parametrize("option", [(), ("--chunk-bytes", "300KB"), ("--set", "chunk_bytes=200KB")])
def test_a_plan_has_the_chunks_of_a_load(tmp_path: Path, database: str, option: tuple[str, ...]) -> None:
    assert loader("sample", tmp_path, "--releases", 300, database=None).code == 0

    told = loader("plan", "discogs", tmp_path, "-w", 1, "--json", *option, database=None)

    assert told.code == 0, told
    shown = [tuple(line.values()) for line in map(json.loads, told.out.splitlines())]
    assert len(shown) > 4
    load(database, "discogs", tmp_path, *option)
    assert sorted(shown) == sorted(query(database, f"{PLAN} join loader.source as s using (source_id)"))
