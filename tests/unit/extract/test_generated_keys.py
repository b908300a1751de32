"""Generated keys are those of the series, in both engines, roots and children alike."""

from __future__ import annotations

import pytest

from loader.source.rows import GeneratedKeys
from tests.unit.extract.differential import Engines, batch_of, small_blocks
from tests.unit.extract.extraction import mapping, rows_of

ENTRIES = mapping("key: generated\ncolumns: {text: text}\nchildren: {tag: {rows: tag, columns: {tag: .}}}")
RECORDS = [b"<row><text>%d</text><tag>a</tag><tag>b</tag></row>" % number for number in range(40)]


@pytest.mark.parametrize(
    ("keys", "source", "numbers"),
    [
        (None, 7, range(1, 41)),
        (GeneratedKeys(7), 7, range(1, 41)),
        (GeneratedKeys(3), 3, range(1, 41)),
        (GeneratedKeys(3, range(41, 1, -1)), 3, range(41, 1, -1)),
    ],
    ids=["none were told", "its own", "of another source", "of a replay"],
)
def test_keys_are_made_of_the_series_and_the_number(keys: GeneratedKeys | None, source: int, numbers: range) -> None:
    with small_blocks():
        outcome = Engines(ENTRIES).agreed(batch_of(RECORDS, keys=keys))

    assert outcome.left == []
    expected = [str((source << 40) + number) for number in numbers]
    root, tags = (rows_of(ENTRIES, outcome.extracted, table) for table in ("row", "tag"))
    assert [row["record_id"] for row in root] == expected
    assert [(row["_source"], row["_record"]) for row in root] == [("7", str(number)) for number in range(1, 41)]
    assert [row["row_record_id"] for row in tags if row["ordinal"] == "1"] == expected
    assert {row["_rec"] for row in tags} == {str((7 << 40) + number) for number in range(1, 41)}
