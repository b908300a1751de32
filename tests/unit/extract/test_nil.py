"""`xsi:nil` on an element without content makes its value NULL; it counts as read, as all that a schema says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import xxhash

from loader.formats.xml import records
from tests.unit.extract.extraction import extract, mapping, values
from tests.unit.extract.test_around_records import hashes

XSI = 'xmlns:s="http://www.w3.org/2001/XMLSchema-instance"'
DUMP = f"<dump {XSI}>".encode()


@pytest.mark.parametrize(
    ("column", "inside", "expected"),
    [
        ("v", "<v s:nil='true'/>", None),
        ("v", "<v s:nil=' 1 '></v>", None),
        ("v", "<v s:nil='true'><!-- nothing --></v>", None),
        ("v", "<v s:nil='false'/>", ""),
        ("v", "<v s:nil='true'>a</v>", "a"),
        ("v", "<v s:nil='true'> </v>", " "),
        ("v", "<v s:nil='true'><b/></v>", ""),
        ("v", "<v nil='true'/>", ""),
        ("{path: v, trim: true, default: d}", "<v s:nil='true'/>", None),
        ("{path: v, type: integer, default: 7}", "<v s:nil='true'/>", None),
        ("{path: v, type: integer, default: 7}", "<v/>", "7"),
        ("{path: v, as: own_text}", "<v s:nil='true'/>", None),
        ("{path: v, as: markup}", "<v s:nil='true'/>", None),
        ("{path: v, as: markup}", "<v/>", ""),
        ("{path: v, as: exists}", "<v s:nil='true'/>", "true"),
        ("{coalesce: [v, w]}", "<v s:nil='true'/><w>b</w>", "b"),
        ("{path: v, repeat: array}", "<v>a</v><v s:nil='true'/><v/>", '{"a",NULL,""}'),
        ("{path: v, repeat: join}", "<v>a</v><v s:nil='true'/><v>b</v>", "a, b"),
        ("{path: v, repeat: join}", "<v s:nil='true'/>", None),
        ("{path: v, type: jsonb}", "<v s:nil='true'/>", None),
        ('"v/@xsi:nil"', "<v s:nil='true'/>", "true"),
    ],
)
def test_nil_is_null(column: str, inside: str, expected: str | None) -> None:
    dataset = mapping(f"columns: {{v: {column}}}\nignore: [w]" if "[v" not in column else f"columns: {{v: {column}}}")
    found = extract(dataset, f"<row id='1' s:schemaLocation='x'>{inside}</row>", prefix=DUMP)
    assert found.bad == []
    assert values(dataset, found, "v") == [expected]
    assert not [path for path in found.unmapped if "@" in path and not path.endswith("/@nil")]


def test_a_nil_row_stays_a_row() -> None:
    dataset = mapping("children: {kid: {rows: k, columns: {v: .}}}")
    found = extract(dataset, "<row id='1'><k s:nil='true'/><k>a</k></row>", prefix=DUMP)
    assert values(dataset, found, "v", "kid") == [None, "a"]


def test_a_nil_key_is_missing() -> None:
    dataset = mapping("key: {id: id}")
    found = extract(dataset, "<row><id s:nil='true'/></row>", prefix=DUMP)
    assert values(dataset, found, "id") == [None]
    assert found.doubts


def test_only_records_with_nil_have_another_hash_than_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"<dump {XSI}><row id='1'><v{{}}/></row></dump>"
    rule = "dataset: d\nentities:\n  row: {record: /dump/row, key: {id: '@id'}, columns: {v: v}}\n"
    seeds: list[int] = []

    def digest(data: bytes, seed: int) -> bytes:
        seeds.append(seed)
        return xxhash.xxh3_128_digest(data, seed)

    monkeypatch.setattr(records, "xxhash", SimpleNamespace(xxh3_128_digest=digest))
    for given in ("", " nil='true'", " s:nil='true'", " s:nil = 'true'"):
        hashes(tmp_path, rule, text.format(given))
    plain, other, nil, spaced = seeds
    assert plain == other
    assert nil == spaced != plain
