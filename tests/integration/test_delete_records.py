"""Delete records: whatever the order of change files, the newest version of a key decides whether there is a row."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.support.change_files import Change, File, Items, expected

# Keys: 1 changes only. 2 is deleted. 3 is deleted and created again. 4 is deleted in a file that creates it again.
# 5 is deleted before it exists, as far as files say. 6 is created and deleted in one file. 7 is never loaded.
# 8 has two delete records. 9 is deleted by the oldest file, 10 by the newest.
FILES = (
    File("20260101", (
        Change(1, 1, "one"), Change(2, 1, "two"), Change(3, 1, "three"), Change(4, 1, "four"), Change(8, 1, "eight"),
        Change(9, 1, "nine"), Change(9, 2), Change(10, 1, "ten"),
    )),
    File("20260102", (
        Change(1, 2, "uno"), Change(2, 2), Change(3, 2), Change(4, 2), Change(4, 3, "quattro"), Change(5, 2),
        Change(6, 1, "six"), Change(6, 2), Change(7, 5), Change(8, 2), Change(10, 2, "dieci"),
    )),
    File("20260103", (
        Change(3, 3, "drei"), Change(5, 1, "fünf"), Change(8, 3), Change(9, 1, "neun"), Change(10, 3),
        Change(1, 2, "eins"), Change(4, 3, "vier"), Change(6, None, "sechs"), Change(2, None),
    )),
)  # fmt: skip


@pytest.mark.parametrize("policy", ["newest", "latest_by"])
@pytest.mark.parametrize("way", ["removes"])
def test_six_orders_have_one_result(way: str, policy: str, tmp_path: Path, database: str) -> None:
    whole = expected(FILES, policy)
    for number, files in enumerate(permutations(FILES)):
        items = Items(tmp_path, database, f"o{number}", way=way, policy=policy)
        loads = [items.load(file) for file in files]
        assert items.rows() == whole, files
        # Without the middle one; a rollback that later loads prevent says so, and is possible after theirs.
        if refusal := items.rollback(loads[1]):
            assert f"roll these loads back first, in this order: {loads[2]}" in refusal
            assert items.rows() == whole
            assert items.rollback(loads[2]) == ""
            assert items.rows() == expected(files[:2], policy)
            assert items.rollback(loads[1]) == ""
            assert items.rows() == expected(files[:1], policy)
            items.load(files[2])
        assert items.rows() == expected([files[0], files[2]], policy), files
        items.load(files[1])
        assert items.rows() == whole
        items.load(files[0])  # a late older file brings nothing back
        assert items.rows() == whole


@pytest.mark.parametrize("policy", ["newest", "latest_by"])
@pytest.mark.parametrize("way", ["removes"])
def test_files_that_are_loaded_together_have_the_same_result(
    way: str, policy: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, (first, second, third) = expected(FILES, policy), FILES
    together: tuple[tuple[tuple[File, ...], ...], ...] = (
        (FILES,), ((first, second), (third,)), ((third,), (second, first)), ((second,), (first, third)),
    )  # fmt: skip
    for number, loads in enumerate(together):
        for mode in (None, "merge"):  # without a mode, the first load builds the tables
            monkeypatch.setenv("LOADER_STAGE_ALL", "1" if number % 2 else "0")
            items = Items(tmp_path, database, f"t{number}_{mode or 'any'}", way=way, policy=policy)
            for files in loads:
                items.load(*files, mode=mode)
            assert items.rows() == whole, (loads, mode)
            counts = items.counts(items.load(*FILES))
            assert items.rows() == whole
            assert not counts.keys() & {"inserted", "updated", "removed", "deleted"}, counts
            # A replace forgets what its files do not say.
            items.load(first, mode="replace")
            assert items.rows() == expected([first], policy)
            items.load(third)
            assert items.rows() == expected([first, third], policy)
