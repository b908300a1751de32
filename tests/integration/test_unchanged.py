"""A merge leaves unparsed what it finds unchanged, and nobody can tell that from the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from loader.formats.xml.records import XmlRecords
from loader.queue.skip_unchanged import Comparison, Unchanged
from tests.support.running import execute, query
from tests.support.working import load_here

MAPPING = """\
dataset: parts
snapshot: '_(\\d{{8}})'
entities:
  part:
    record: /dump/part
    key: {key}
    columns: {{name: name}}
    children:
      part_tag: {{rows: tag, columns: {{text: "."}}}}
"""
BY_ATTRIBUTE = '{id: {path: "@id", type: integer}}'
BY_ELEMENT = "{id: {path: id, type: integer}}"
BY_TEXT = "{code: code}"
BY_TWO = '{maker: "@maker", id: {path: "@id", type: bigint}}'
COUNTS = (
    "select read::int, inserted::int, updated::int, unchanged::int, duplicate::int from loader.load where load_id = %s"
)
ROWS = "select to_jsonb(p) - '{_source,_record}'::text[] from parts.part as p order by 1"
TAGS = "select to_jsonb(t) from parts.part_tag as t order by 1"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many records of each chunk were parsed."""
    found: list[int] = []
    extract = XmlRecords.extract

    def counted(records: XmlRecords, left_out: Any, check: Any) -> Any:
        found.append(len(records) - len(left_out))
        return extract(records, left_out, check)

    monkeypatch.setattr(XmlRecords, "extract", counted)
    return iter([found])


def loaded(folder: Path, database: str, key: str, records: Sequence[str], month: int = 1) -> tuple[int, ...]:
    """Load the records; the counts of the load."""
    mapping, dump = folder / "parts.yaml", folder / f"parts_2026{month:02}01.xml"
    mapping.write_text(MAPPING.format(key=key))
    dump.write_text("<dump>" + "\n".join(records) + "</dump>")
    return query(database, COUNTS, load_here(database, mapping, [dump]))[0]


def content(database: str) -> tuple[Any, Any]:
    """All rows, but for who wrote them."""
    return query(database, ROWS), query(database, TAGS)


PLAIN = {
    BY_ATTRIBUTE: [f'<part x="1" id="{n}"><name>n{n}</name><tag>a</tag><tag>b</tag></part>' for n in range(1, 41)],
    BY_ELEMENT: [f"<part><name>n{n}</name><id> {n} </id><tag>a</tag></part>" for n in range(1, 41)],
    BY_TEXT: [f"<part><code>{c}{n}</code></part>" for n in range(9) for c in ("é", "\\", "{,}", "a b")],
    BY_TWO: [f"<part maker='m{n % 3}' id='{n}'><name>n</name></part>" for n in range(1, 41)],
}


@pytest.mark.parametrize("key", PLAIN)
def test_unchanged_records_are_not_parsed(key: str, tmp_path: Path, database: str, parsed: Iterator[list[int]]) -> None:
    records, found = PLAIN[key], next(parsed)
    assert loaded(tmp_path, database, key, records)[1] == sum(found) == len(records)
    before, changed = content(database), records[7].replace("</part>", "<tag>new</tag></part>")
    found.clear()

    assert loaded(tmp_path, database, key, records, 2) == (len(records), 0, 0, len(records), 0)
    assert sum(found) == 0
    assert content(database) == before
    assert loaded(tmp_path, database, key, [*records[:7], changed, *records[8:]], 3) == (
        len(records), 0, 1, len(records) - 1, 0,
    )  # fmt: skip
    assert sum(found) == 1
    assert len(query(database, TAGS)) == len(before[1]) + 1


@pytest.mark.parametrize(
    ("key", "records"),
    [
        pytest.param(
            BY_ELEMENT,
            [f"<part><of><id>{n % 5 + 1}</id></of><id>{n}</id><name>n</name></part>" for n in range(1, 21)],
            id="another id stands before the key",
        ),
        pytest.param(
            BY_ATTRIBUTE,
            [f"<part note=' id=\"{n % 5 + 1}\"' id='{n}'><name>n</name></part>" for n in range(1, 21)],
            id="another attribute looks like the key",
        ),
        pytest.param(
            BY_TEXT, [f"<part><code>a&amp;{n}</code></part>" for n in range(20)], id="a key that must be decoded"
        ),
        pytest.param(
            BY_ATTRIBUTE, [f"<part id='+00{n}'><name>n</name></part>" for n in range(1, 21)], id="written otherwise"
        ),
    ],
)
def test_a_key_that_is_guessed_wrongly_does_no_harm(
    key: str, records: list[str], tmp_path: Path, database: str, parsed: Iterator[list[int]]
) -> None:
    loaded(tmp_path, database, key, records)
    before, found = content(database), next(parsed)

    assert loaded(tmp_path, database, key, records, 2) == (20, 0, 0, 20, 0)
    assert content(database) == before
    assert sum(found) >= 15, "most of these have to be parsed"


def test_a_row_that_changes_before_the_merge_is_merged_in_full(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = PLAIN[BY_ATTRIBUTE]
    loaded(tmp_path, database, BY_ATTRIBUTE, records)
    before = content(database)
    find, disturbed = Comparison.find, []

    def disturbing(self: Comparison, first_record: int, *arguments: Any) -> Unchanged:
        found = find(self, first_record, *arguments)
        if first_record == 1:
            disturbed.append(len(found.indexes))
            execute(database, "delete from parts.part where id = 2")
        return found

    monkeypatch.setattr(Comparison, "find", disturbing)

    assert loaded(tmp_path, database, BY_ATTRIBUTE, records, 2) == (40, 1, 0, 39, 0)
    assert disturbed[0] > 1
    assert content(database) == before


def test_versions_of_a_key_beside_each_other(tmp_path: Path, database: str) -> None:
    """The last one in the dump wins, whether it is the one that is there already or not."""
    plain = PLAIN[BY_ATTRIBUTE][:6]
    loaded(tmp_path, database, BY_ATTRIBUTE, plain)
    before = content(database)
    other = "<part id='3'><name>other</name></part>"

    assert loaded(tmp_path, database, BY_ATTRIBUTE, [other, *plain, plain[0]], 2) == (8, 0, 0, 6, 2)
    assert content(database) == before
    assert loaded(tmp_path, database, BY_ATTRIBUTE, [*plain, other], 3) == (7, 0, 1, 5, 1)
    assert query(database, "select name from parts.part where id = 3") == [("other",)]


def test_a_late_dump_yields_to_what_a_newer_one_left_unparsed(tmp_path: Path, database: str) -> None:
    plain = PLAIN[BY_ATTRIBUTE]
    older = [record.replace("n", "o") for record in plain]
    loaded(tmp_path, database, BY_ATTRIBUTE, plain, 1)
    loaded(tmp_path, database, BY_ATTRIBUTE, plain, 5)
    before = content(database)

    assert loaded(tmp_path, database, BY_ATTRIBUTE, older, 3) == (40, 0, 0, 0, 40)
    assert loaded(tmp_path, database, BY_ATTRIBUTE, plain, 4) == (40, 0, 0, 40, 0)
    assert content(database) == before


def test_white_space_in_a_key_does_not_hold_up_the_search(tmp_path: Path, database: str) -> None:
    """The search once tried every way to divide the white space: minutes, for this much."""
    odd = "<of><code>{}<b/></code></of>"
    records = [f"<part>{odd.format(start + ' ' * 20_000)}<code>k{start}</code></part>" for start in ("", "x")]
    loaded(tmp_path, database, BY_TEXT, records)

    assert loaded(tmp_path, database, BY_TEXT, records, 2) == (2, 0, 0, 2, 0)
