"""Month after month, a refresh leaves no more behind than the month before did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.history import HISTORY, V1, V2, V3, Tide
from tests.support.running import execute, query
from tests.support.versions import MAPPING
from tests.support.working import bring

DELETING = MAPPING + "deletes: delete\nmax_delete_pct: 100\n"
SEEN = (
    "select distinct s.name from tide_stage.row_key_log as n join loader.chunk as c using (chunk_id) "
    "join loader.source as s using (source_id) order by 1"
)
SECOND, THIRD = "tide_20260201.xml", "tide_20260301.xml"  # the first found nothing unchanged


@pytest.mark.parametrize(
    ("mapping", "left"), [(DELETING, [THIRD]), (HISTORY, [SECOND, THIRD])], ids=["for good", "may be taken back"]
)
def test_keys_that_dumps_have_seen(tmp_path: Path, database: str, mapping: str, left: list[str]) -> None:
    """The whole newest dump decides about all keys; what older ones have seen counts only if it can be taken back."""
    tide = Tide(tmp_path, database, mapping)

    for day, records in (("20260101", V1), ("20260201", V2), ("20260301", V3)):
        tide.load(day, records, mode="merge")

    assert query(database, SEEN) == [(name,) for name in left]


def test_keys_of_dumps_that_are_not_whole(tmp_path: Path, database: str) -> None:
    """Nobody can tell what they do not hold: each of them goes on to decide about what it holds."""
    tide = Tide(tmp_path, database, MAPPING)

    for day, records in (("20260101", V1), ("20260201", V2), ("20260301", V3)):
        tide.load(day, records, mode="merge")

    assert query(database, SEEN) == [(SECOND,), (THIRD,)]


def test_where_chunks_are_read_again(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database, DELETING)
    number = bring(database, tide.mapping, tide.dump("20260101", V1))
    execute(database, "update loader.chunk set locator = 'window'")

    for _ in ("built", "done"):
        execute(database, f"call loader.finish_load({number})")

    assert query(database, "select distinct state, locator from loader.chunk") == [("done", None)]
