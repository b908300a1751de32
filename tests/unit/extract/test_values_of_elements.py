"""What a column takes of an element (`as`), of several paths (`coalesce`), and from around its row (`..`)."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from loader.errors import MappingError
from loader.extract.lxml.element_values import markup
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import extract, mapping, rows_of, values

NAMESPACES = 'namespaces: {"": "urn:d", p: "urn:p"}'


def one(columns: str, record: str, settings: str = "") -> tuple[dict[str, str | None], dict[str, int]]:
    """The row that columns make of the content of a record, and the counts of what they do not read."""
    dataset = mapping(f"columns:\n  {columns}", settings)
    extracted = Engines(dataset).agreed_on([f"<row id='1'>{record}</row>".encode()]).extracted
    assert extracted.bad == []
    row = rows_of(dataset, extracted, "row")[0]
    unread = {path.removeprefix("/dump/row"): count for path, (count, _) in extracted.unmapped.items()}
    return {name: value for name, value in row.items() if name != "id" and not name.startswith("_")}, unread


MIXED = "<t a='1'>D<sub>3</sub> &amp; <i x='&quot;'>E<b/>F</i><![CDATA[<]]></t>"


@pytest.mark.parametrize(
    ("column", "record", "value", "unread"),
    [
        ("{path: t}", MIXED, "D3 & EF<", {"/t/@a": 1, "/t/i/@x": 1}),
        ("{path: t, as: own_text}", MIXED, "D & <", {"/t/@a": 1, "/t/sub": 1, "/t/i": 1, "/t/i/@x": 1, "/t/i/b": 1}),
        ("{path: t, as: markup}", MIXED, 'D<sub>3</sub> &amp; <i x="&quot;">E<b/>F</i>&lt;', {}),
        ("{path: t, as: markup}", "<t/>", "", {}),
        ("{path: t, as: markup}", "<u/>", None, {"/u": 1}),
        ("{path: t, as: exists}", "<t/><t>x</t>", "true", {"/t/text()": 1}),
        ("{path: t, as: exists}", "<u/>", "false", {"/u": 1}),
        ("{path: t/@a, as: exists}", "<t a=''/>", "true", {}),
        ("{path: t/@a, as: exists}", "<t/>", "false", {}),
        ("{path: '@a', as: exists}", "", "false", {}),
        ("{path: \"t[@a='1']\", as: exists}", "<t a='2'/>", "false", {"/t": 1}),
        ("{path: t, as: name}", "<t/>", "t", {}),
        ("{path: t, as: order}", "<u><v/></u><t/>", "3", {"/u": 1, "/u/v": 1}),
        ("{path: t, as: order, repeat: array}", "<t/><u/><t/>", '{"1","3"}', {"/u": 1}),
        ("{path: t, as: own_text, type: integer}", "<t>7<u/></t>", "7", {"/t/u": 1}),
        ("{path: t, as: own_text, trim: true, null_if: x}", "<t> <u/>x</t>", None, {"/t/u": 1}),
        ("{path: t, trim: collapse}", "<t>\n a\t <u/> b\u00a0 </t>", "a b\u00a0", {}),
        ("{path: t, trim: collapse, null_if: a b}", "<t> a\n b</t>", None, {}),
        ("{path: t, trim: collapse, type: integer}", "<t> 7\n</t>", "7", {}),
        ("{coalesce: [t, u/@a]}", "<u a='2'/>", "2", {}),
        ("{coalesce: [t, u/@a]}", "<t>1</t><u a='2'/>", "1", {}),
        ("{coalesce: [t, u/@a]}", "<t/><u a='2'/>", "", {}),
        ("{coalesce: [t, u/@a], type: integer}", "<t/><u a='2'/>", "2", {}),
        ("{coalesce: [t, u], null_if: '-'}", "<u>2</u><t>-</t>", "2", {}),
        ("{coalesce: [t, u], null_if: '-', default: d}", "<t>-</t>", None, {}),
        ("{coalesce: [t, u], default: d}", "", "d", {}),
        ("{coalesce: [t, u], type: integer, default: 5}", "<t/>", "5", {}),
        ("{coalesce: [t, u], repeat: first}", "<u>2</u><u>3</u>", "2", {}),
        ("{coalesce: [t, u]}", "<t>1</t><u>2</u><u>3</u>", "1", {}),
        ("{coalesce: [t, u], repeat: array}", "<u>2</u><u>3</u>", '{"2","3"}', {}),
        ("{coalesce: [t, u], repeat: join}", "<t>1</t><u>2</u><t>3</t>", "1, 3", {}),
        ("{coalesce: [\"t[@a='x']\", t], repeat: first}", "<t>1</t><t a='x'>2</t>", "2", {}),
        ("{coalesce: ['@a', .]}", "text", "text", {}),
        ("{coalesce: [t, u], as: name}", "<u/>", "u", {}),
    ],
)
def test_what_is_taken(column: str, record: str, value: str | None, unread: dict[str, int]) -> None:
    assert one(f"v: {column}", record) == ({"v": value}, unread)


@pytest.mark.parametrize("record", ["<t/><u>1</u><u>2</u>", "<t>1</t><t>2</t>"])
def test_the_path_that_counts_may_not_repeat(record: str) -> None:
    dataset = mapping("columns: {v: {coalesce: [t, u], type: integer}}")
    extracted = extract(dataset, f"<row id='1'>{record}</row>")
    assert [(bad.reason, bad.path) for bad in extracted.bad] == [("repeated", f"/dump/row/{record[-2]}")]


def test_names_are_those_of_the_mapping_and_never_of_the_file() -> None:
    dataset = mapping(
        "children: {kid: {rows: [t, 'p:t'], columns: {kind: {path: ., as: name}, up: {path: .., as: name}}}}",
        NAMESPACES,
    )
    record = '<row xmlns="urn:d" xmlns:x="urn:p" xmlns:q="urn:q" id="1"><x:t/><t/></row>'
    extracted = extract(dataset, record, prefix=b'<dump xmlns="urn:d">')
    assert values(dataset, extracted, "kind", "kid") == ["p:t", "t"]
    assert values(dataset, extracted, "up", "kid") == ["row", "row"]


def test_rows_of_several_paths_are_one_table_in_document_order() -> None:
    dataset = mapping(
        """\
children:
  part:
    rows: ["p[not(@x)]", fig, list/item]
    columns: {kind: {path: ., as: name}, at: {path: ., as: order}, src: "@src", owner: ../@owner, t: .}
    children: {part_b: {rows: b, columns: {t: ., up: ../@src}}}"""
    )
    record = (
        "<row id='1' owner='R'><p>a<b>1</b></p><p x=''>no</p><fig src='s'><b>2</b><b>3</b></fig>"
        "<list owner='L'><item>i</item></list><p>z</p></row>"
    )
    extracted = extract(dataset, record)
    found = [tuple(row.values())[1:-1] for row in rows_of(dataset, extracted, "part")]
    assert found == [
        ("1", "p", "1", None, "R", "a1"), ("2", "fig", "4", "s", "R", "23"), ("3", "item", "8", None, "L", "i"),
        ("4", "p", "9", None, "R", "z"),
    ]  # fmt: skip
    inner = [tuple(row.values())[1:-1] for row in rows_of(dataset, extracted, "part_b")]
    assert inner == [("1", "1", "1", None), ("2", "1", "2", "s"), ("2", "2", "3", "s")]
    assert extracted.unmapped == {"/dump/row/p": (1, "no")}


def test_a_value_around_the_row_is_read_wherever_it_stands() -> None:
    dataset = mapping(
        """\
children:
  disk:
    rows: area/disk
    columns:
      {n: "@n", area: ../@name, label: ../label, machine: ../../title, all: {path: "../disk/@n", repeat: join}}"""
    )
    record = (
        "<row id='1'><area name='A'><disk n='1'/><disk n='2'/><label>late</label></area>"
        "<area><disk n='3'/></area><title>T</title></row>"
    )
    extracted = extract(dataset, record)
    assert [tuple(row.values())[2:-1] for row in rows_of(dataset, extracted, "disk")] == [
        ("1", "A", "late", "T", "1, 2"), ("2", "A", "late", "T", "1, 2"), ("3", None, None, "T", "3"),
    ]  # fmt: skip
    assert extracted.unmapped == {}
    twice = extract(dataset, record.replace("late</label>", "late</label><label/>"))
    assert [(bad.reason, bad.path) for bad in twice.bad] == [("repeated", "/dump/row/area/label")]
    unused = extract(dataset, "<row id='1'><area><label/><label/></area></row>")
    assert unused.bad == [], "no row reads what occurs twice"


def test_the_rows_own_element_is_a_row() -> None:
    dataset = mapping("children: {self: {rows: ., columns: {a: '@a'}, children: {self_b: {rows: b, columns: {t: .}}}}}")
    extracted = extract(dataset, "<row id='1' a='x'><b>1</b><b>2</b></row>", "<row id='2'/>")
    assert [tuple(row.values())[:3] for row in rows_of(dataset, extracted, "self")] == [
        ("1", "1", "x"),
        ("2", "1", None),
    ]
    assert [tuple(row.values())[:4] for row in rows_of(dataset, extracted, "self_b")] == [
        ("1", "1", "1", "1"), ("1", "1", "2", "2"),
    ]  # fmt: skip


def test_a_key_has_what_columns_have() -> None:
    dataset = mapping('key: {id: {coalesce: ["code[@main]", code], repeat: first}, kind: {path: ., as: name}}')
    extracted = extract(dataset, "<row><code>1</code><code main=''>2</code></row>", "<row><code>3</code></row>")
    assert [(row["id"], row["kind"]) for row in rows_of(dataset, extracted, "row")] == [("2", "row"), ("3", "row")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("v: {path: a, as: exists, default: 'true'}", "line 8: .*v.default: has no meaning with 'as: exists'"),
        ("v: {path: a, as: exists, type: text}", "v.type: has no meaning"),
        ("v: {path: a, as: name, type: integer}", "'as: name' gives values of type text"),
        ("v: {path: a, as: order, type: text}", "'as: order' gives values of type integer"),
        ("v: {path: ., as: order}", "the record itself is number 0"),
        ("v: {path: '@a', as: markup}", "'@a' is an attribute, which has nothing but its text"),
        ("v: {path: /dump/a, as: markup}", "stands before the records"),
        ("v: {path: a, trim: all}", "v.trim: expected true, false or collapse"),
        ("v: {path: a, as: words}", "v.as: input should be 'text'"),
        ("v: {path: a, coalesce: [b, c]}", "needs either 'path' or 'coalesce'"),
        ("v: {type: text}", "needs either 'path' or 'coalesce'"),
        ("v: {coalesce: [a]}", "has only one path: write 'path'"),
        ("v: {coalesce: [a, 'b[']}", "the predicate at character 2 has no end"),
        ("v: {coalesce: [a, /other/@b]}", "is in no element around the records"),
        ("v: ../../a", "'../../a' leads out of the document"),
        ("v: a/../b", "'..' is possible only at the beginning"),
    ],
)
def test_what_is_impossible_is_refused_with_its_line(columns: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        mapping(f"columns:\n  {columns}")


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ("rows: [a, a/b]", "a/b lies inside a: a row in a row"),
        ("rows: [., a]", "a lies inside .: a row in a row"),
        ("rows: [a, a]", "the same path occurs twice"),
        ("rows: ../a", "'..' is possible only at the beginning of a column's path"),
        ("rows: a, columns: {v: ../../../b}", "leads out of the document"),
        ("rows: [a, b/c], columns: {v: ../../d}", "leads out of the record from some of the rows only"),
    ],
)
def test_rows_that_are_impossible_are_refused(child: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        mapping(f"children:\n  kid: {{{child}}}")


@pytest.mark.parametrize("seed", range(40))
def test_markup_is_the_same_document(seed: int) -> None:
    chance = random.Random(seed)

    def made(depth: int) -> str:
        name = chance.choice(["a", "p:b", "c"])
        spaces = chance.choice(["", ' xmlns="urn:x"', ' xmlns=""', ' xmlns:p="urn:q"', ' xmlns:r="urn:p"'])
        given = chance.choice(["", " k='&quot;&#10;&lt;'", " p:k='1'", ' xml:lang="de"'])
        inner = "".join(made(depth + 1) for _ in range(chance.randrange(3 if depth < 4 else 1)))
        return (
            f"<{name}{spaces}{given}>{chance.choice(['', 'x &amp; y', '&#13;<!-- c --><?p?>', ' '])}{inner}</{name}>t"
        )

    text = f'<root xmlns:p="urn:p" xmlns="{chance.choice(["", "urn:d"])}">{made(0)}{made(0)}</root>'
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    parsed = etree.fromstring(text, parser)
    again = etree.fromstring(f"<root>{markup(parsed)}</root>")
    assert [(e.tag, dict(e.attrib), e.text or "", e.tail or "") for e in again.iterdescendants()] == [
        (e.tag, dict(e.attrib), e.text or "", e.tail or "") for e in parsed.iterdescendants()
    ]
