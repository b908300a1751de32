"""Values that are rewritten: in both engines, in elements and attributes, alone and gathered."""

from __future__ import annotations

import pytest

from loader.mapping.values.conversion import UNFIT
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import mapping, values

BAD = UNFIT  # what begins so is left to text staging, where no type has such a value


@pytest.mark.parametrize(
    ("options", "given", "expected"),
    [
        ("map: {a: b, c: null, '': d}", ["a", "c", "", " a", "b", None], ["b", None, "d", f"{BAD} a", f"{BAD}b", None]),
        ("map: {a: b}, unmatched: keep, trim: true", [" a ", " x ", ""], ["b", "x", ""]),
        ("map: {a: b}, null_if: x, default: y", ["x", "a", None], [None, "b", "y"]),
        ("map: {Y: true, N: false}, type: boolean", ["Y", " N ", "", "true"], ["true", "false", None, f"{BAD}true"]),
        ("map: {Jan: 1}, type: integer, unmatched: keep", ["Jan", "7", "May"], ["1", "7", f"{BAD}May"]),
        ("map: {Jan: 1}, type: integer, default: 5", ["", " ", None], ["5", "5", "5"]),
        ("map: {'': 0}, type: integer, default: 5", ["", " ", None], ["0", "0", "5"]),
        ("map: {a: b}, type: varchar(2), unmatched: keep", ["a", "xy", "xyz"], ["b", "xy", f"{BAD}xyz"]),
        ("type: bytea, format: hex", ["00ff", "FF ", "", "f", None], [r"\x00ff", r"\xff", None, f"{BAD}f", None]),
        ("type: bytea, format: hex, default: AB", ["FF", "", None], [r"\xff", r"\xab", r"\xab"]),
        ("type: bytea, format: base64, map: {x: q80=}", ["x", "AA=="], [r"\xabcd", f"{BAD}AA=="]),
        ("type: jsonb", ["[1]", "null", "", "[", " {} "], ["[1]", None, None, f"{BAD}[", "{}"]),
    ],
)  # fmt: skip
def test_a_value(options: str, given: list[str | None], expected: list[str | None]) -> None:
    for path, form in (("v", "<v>{}</v>"), ("w/v", "<w><v>{}</v></w>"), ("'@v'", ' v="{}"'), (".", "{}")):
        dataset = mapping(f"columns: {{v: {{path: {path}, {options}}}}}")
        records = []
        for number, text in enumerate(given, 1):
            if path == "." and text is None:
                continue
            written = "" if text is None else form.format(text)
            start = f'<row id="{number}"{written}>' if path == "'@v'" else f'<row id="{number}">{written}'
            records.append(f"{start}</row>".encode())
        found = Engines(dataset).agreed_on(records)
        asked = [value for text, value in zip(given, expected, strict=True) if path != "." or text is not None]
        assert sorted(values(dataset, found.extracted, "v"), key=str) == sorted(asked, key=str)
        assert found.extracted.doubts.get("row", b"").count(b"\n") == sum(BAD in (value or "") for value in asked)
        assert not found.left, path


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("repeat: first", "1"),
        ("repeat: last", f"{BAD}c"),
        ("repeat: join", f"1, {BAD}c"),
        ("repeat: array", f'{{"1",NULL,"{BAD}c"}}'),
    ],
)
def test_each_of_several_values_is_rewritten(options: str, expected: str) -> None:
    dataset = mapping(f"columns: {{v: {{path: v, map: {{a: 1, b: null}}, {options}}}}}")
    found = Engines(dataset).agreed_on([b"<row id='1'><v>a</v><v>b</v><v>c</v></row>"])
    assert values(dataset, found.extracted, "v") == [expected]


def test_the_first_path_with_a_value_that_means_something_counts() -> None:
    dataset = mapping("columns: {v: {coalesce: [a, b, '@c'], map: {x: null, y: yes}}}")
    records = [
        b"<row id='1'><a>x</a><b>y</b></row>",
        b"<row id='2' c='y'><a>x</a></row>",
        b"<row id='3'><a>q</a></row>",
    ]
    found = Engines(dataset).agreed_on(records)
    assert sorted(values(dataset, found.extracted, "v"), key=str) == [f"{BAD}q", "yes", "yes"]


def test_the_name_of_an_element_may_stand_for_something() -> None:
    dataset = mapping(
        "children: {part: {rows: [p, q], columns: {kind: {path: ., as: name, type: smallint, map: {p: 1, q: 2}}}}}"
    )
    found = Engines(dataset).agreed_on([b"<row id='1'><p/><q/><p/></row>"])
    assert values(dataset, found.extracted, "kind", "part") == ["1", "2", "1"]


def test_a_key_may_be_rewritten() -> None:
    dataset = mapping(
        "key: {id: {path: id, map: {one: 1}, unmatched: keep, type: integer}}\nchildren: {part: {rows: p}}"
    )
    found = Engines(dataset).agreed_on([b"<row><id>one</id><p/></row>", b"<row><id>2</id><p/></row>"])
    assert values(dataset, found.extracted, "row_id", "part") == ["1", "2"]
    assert not found.extracted.doubts
