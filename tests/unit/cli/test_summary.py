"""The summary of a load, as people read it."""

from __future__ import annotations

import pytest

from loader.report.summary import BALANCE, Summary


def _summary(filtered: int = 0, deleted: int = 0, conflicts: int = 0) -> Summary:
    counts = {**dict.fromkeys(BALANCE, 0), "read": 7, "inserted": 7, "deleted": deleted, "filtered": filtered}
    return Summary(
        1,
        "tide",
        "merge",
        "done",
        2.0,
        10_000_000,
        counts,
        [{"name": "a.xml", **counts}],
        {"row": 7},
        [],
        [],
        conflicts,
    )


@pytest.mark.parametrize("filtered", [0, 12345])
def test_what_was_filtered_is_shown_where_there_is_any(filtered: int) -> None:
    lines = _summary(filtered).as_text().splitlines()

    head = next(line for line in lines if line.startswith("source"))
    row = next(line for line in lines if line.startswith("a.xml"))
    assert head.split() == ["source", *BALANCE, *(["filtered"] if filtered else [])]
    assert row.split()[1:] == ["7", "7", "0", "0", "0", "0", *(["12,345"] if filtered else [])]
    assert len(head) == len(row)


def test_deletions_and_conflicts_are_shown_where_there_are_any() -> None:
    text = _summary(deleted=12345, conflicts=3).as_text()

    assert next(line for line in text.splitlines() if line.startswith("a.xml")).split()[-1] == "12,345"
    assert "3 versions lost to another one of their key: loader diff 1 --conflicts" in text
    assert "lost to" not in _summary().as_text()
    assert _summary(conflicts=3).as_json()["conflicts"] == 3
