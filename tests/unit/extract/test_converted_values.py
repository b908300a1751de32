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


@pytest.mark.parametrize(
    ("options", "record", "expected"),
    [
        ("path: v, split: ', '", "<v>a, b</v><v>c</v>", '{"a","b","c"}'),
        ("path: v, split: ;", "<v>;a;;b;</v>", '{"a","","b"}'),
        ("path: v, split: ;", "<v>;</v>", None),
        ("path: v, split: ;", "<v>;;</v>", '{""}'),
        ("path: v, split: ;", "<v/>", None),
        ("path: v, split: ;, default: '{x}'", "<v/>", "{x}"),
        ("path: v, split: ;, null_if: ''", "<v>a;;b</v>", '{"a",NULL,"b"}'),
        ("path: v, split: ;, trim: true", "<v> a ; b; </v>", '{"a","b"}'),
        ("path: v, split: ;", "<v> a ; b; </v>", '{" a "," b"," "}'),
        ("path: v, split: ',', type: integer", "<v>1, 2,,x, </v>", f'{{"1"," 2",NULL,"{BAD}"}}'),
        ("path: v, split: ',', map: {a: b}, unmatched: keep", "<v>a,c</v>", '{"b","c"}'),
        ("path: v, split: {pattern: '[,;]\\s*'}", "<v>a,b;  c</v>", '{"a","b","c"}'),
        ("path: v, split: {pattern: '(x|y)+'}", "<v>1xy2x3</v>", '{"1","2","3"}'),
        ("coalesce: [w, '@a'], split: ' '", "<w> </w>", '{"1","2"}'),
        ("path: '@a', split: ' '", "", '{"1","2"}'),
        ("path: '@b', split: ' '", "", None),
        ("path: ., split: ' '", "a b", '{"a","b"}'),
        ("path: ., split: ' ', as: own_text", "a <v>x</v>b", '{"a","b"}'),
    ],
)
def test_a_text_is_split(options: str, record: str, expected: str | None) -> None:
    dataset = mapping(f"columns: {{v: {{{options}}}}}")
    found = Engines(dataset).agreed_on([f'<row id="1" a="1 2">{record}</row>'.encode()])
    (value,) = values(dataset, found.extracted, "v")
    assert (value or "").replace(f"{BAD}", "") == (expected or "").replace(f'"{BAD}"', '"x"')
    assert bool(found.extracted.doubts) == (BAD in (expected or ""))


@pytest.mark.parametrize(
    ("rows", "split", "record", "expected"),
    [
        ("'@a'", "' '", "", ["1", "2"]),
        ("'@b'", "' '", "", []),
        ("w", "','", "<w>a,b</w><w/><w>c</w>", ["a", "b", "c"]),
        ("w/@k", "','", "<w k='a,b'/><w/><w k='c'/>", ["a", "b", "c"]),
        ('"w[@k]"', "','", "<w k='x'>a,,b</w><w>q</w><w k=''>c</w>", ["a", "", "b", "c"]),
        ("w", "{pattern: '[0-9]'}", "<w>a1b<i>2c</i>3</w>", ["a", "b", "c"]),
        (".", "' '", "x y", ["x", "y"]),
    ],
)
def test_a_row_is_a_part_of_a_text(rows: str, split: str, record: str, expected: list[str]) -> None:
    dataset = mapping(
        f"children: {{part: {{rows: {rows}, split: {split}, columns: {{v: ., w: {{path: ., trim: true}}}}}}}}"
    )
    found = Engines(dataset).agreed_on([f'<row id="1" a="1 2">{record}</row>'.encode()] * 2)
    assert values(dataset, found.extracted, "v", "part") == [*expected, *expected]
    assert values(dataset, found.extracted, "ordinal", "part") == [str(n + 1) for n in range(len(expected))] * 2


def test_split_rows_of_inner_rows_are_counted_in_each_of_them() -> None:
    inner = "word: {rows: '@w', split: ' ', columns: {n: {path: ., type: smallint}}}"
    dataset = mapping(f"children: {{part: {{rows: p, columns: {{a: '@a'}}, children: {{{inner}}}}}}}")
    found = Engines(dataset).agreed_on([b"<row id='1'><p a='x' w=' 1 2'/><p/><p w='3 y'/></row>"])
    rows = list(
        zip(*(values(dataset, found.extracted, name, "word") for name in ("part_ordinal", "ordinal", "n")), strict=True)
    )
    assert rows == [("1", "1", "1"), ("1", "2", "2"), ("3", "1", "3"), ("3", "2", "y")]
    assert found.extracted.doubts
    assert not found.extracted.unmapped


def test_split_rows_of_a_tree() -> None:
    inner = "word: {rows: '@w', split: ' ', columns: {v: .}}"
    tree = f"part: {{rows: p, recursive: true, columns: {{a: '@a'}}, children: {{{inner}}}}}"
    found = Engines(mapping(f"children: {{{tree}}}")).agreed_on(
        [b"<row id='1'><p w='1 2'><p w='3'/></p><p w='4'/></row>"]
    )
    names = ("part_ordinal", "ordinal", "v")
    rows = zip(
        *(values(mapping(f"children: {{{tree}}}"), found.extracted, name, "word") for name in names), strict=True
    )
    assert sorted(rows) == [("1", "1", "1"), ("1", "2", "2"), ("2", "1", "3"), ("3", "1", "4")]
