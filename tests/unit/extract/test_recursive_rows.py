"""Rows of a table inside of rows of the same table, to any depth."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from lxml import etree

from loader.mapping.read import parse_dataset
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import extract, mapping, rows_of

TREE = """\
columns: {label: label}
children:
  node:
    rows: node
    recursive: true
    columns: {name: {path: "@name"}, text: {path: t, repeat: join}}
    children:
      node_mark: {rows: mark, columns: {mark: .}}
"""
RECORD = (
    '<row id="1"><node name="a"><mark>1</mark><node name="b"><t>x</t><node name="c"/><t>y</t><mark>2</mark></node>'
    '<mark>3</mark><node name="d"/></node><label>l</label><node name="e">'
    '<node name="f"><mark>4</mark></node></node></row>'
)


def test_rows_are_numbered_in_document_order_and_know_the_row_around_them() -> None:
    dataset = mapping(TREE)

    found = extract(dataset, RECORD)

    rows = rows_of(dataset, found, "node")
    names = ("ordinal", "parent_ordinal", "depth", "name", "text")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("1", None, "1", "a", None), ("2", "1", "2", "b", "x, y"), ("3", "2", "3", "c", None),
        ("4", "1", "2", "d", None), ("5", None, "1", "e", None), ("6", "5", "2", "f", None),
    ]  # fmt: skip
    marks = [(row["node_ordinal"], row["ordinal"], row["mark"]) for row in rows_of(dataset, found, "node_mark")]
    assert marks == [("1", "1", "1"), ("1", "2", "3"), ("2", "1", "2"), ("6", "1", "4")]
    assert found.unmapped == {}


def test_the_record_can_be_the_top_of_its_tree() -> None:
    dataset = mapping("children:\n  node: {rows: ., recursive: in/row, columns: {id: '@id'}}")

    found = extract(dataset, '<row id="1"><in><row id="2"/><row id="3"><in><row id="4"/></in></row></in></row>')

    rows = [(row["id"], row["parent_ordinal"], row["depth"]) for row in rows_of(dataset, found, "node")]
    assert rows == [("1", None, "1"), ("2", "1", "2"), ("3", "1", "2"), ("4", "3", "3")]


def test_unmapped_paths_are_the_same_at_each_depth() -> None:
    dataset = mapping(TREE)
    record = '<row id="1">' + '<node x="1">stray<date/>' * 40 + "</node>" * 40 + "</row>"

    found = extract(dataset, record)

    assert {path: count for path, (count, _) in found.unmapped.items()} == {
        "/dump/row/node/@x": 1, "/dump/row/node/date": 1, "/dump/row/node/text()": 1,
        "/dump/row/node//@x": 39, "/dump/row/node//date": 39, "/dump/row/node//text()": 39,
    }  # fmt: skip


def test_unmapped_paths_can_be_ignored_as_they_are_reported() -> None:
    record = '<row id="1"><y/><node x="1"><date/><node x="1"><date a="1"/><node/></node></node></row>'
    reported = list(extract(mapping(TREE), record).unmapped)
    assert reported == [
        "/dump/row/y", "/dump/row/node/@x", "/dump/row/node/date", "/dump/row/node//@x", "/dump/row/node//date",
        "/dump/row/node//date/@a",
    ]  # fmt: skip

    dataset = mapping(f"ignore: [{', '.join(path for path in reported if not path.endswith('@a'))}]\n{TREE}")

    assert extract(dataset, record).unmapped == {}


def test_predicates_hold_at_each_level_and_the_other_elements_are_not_rows() -> None:
    dataset = mapping("""\
children:
  group:
    rows: item[@kind='group']
    recursive: item[@kind='group']
    columns: {name: "@name"}
    children:
      leaf: {rows: "item[not(@kind)]", columns: {name: "@name"}}
""")
    group = '<item kind="group" name="{}">{}</item>'
    inner = '<item name="x"/>' + group.format("b", '<item name="y"/><item kind="odd" name="o"/>') + '<item name="z"/>'

    found = extract(dataset, f'<row id="1">{group.format("a", inner)}<item name="w"/></row>')

    groups = [(row["name"], row["parent_ordinal"]) for row in rows_of(dataset, found, "group")]
    assert groups == [("a", None), ("b", "1")]
    leaves = [(row["group_ordinal"], row["ordinal"], row["name"]) for row in rows_of(dataset, found, "leaf")]
    assert leaves == [("1", "1", "x"), ("1", "2", "z"), ("2", "1", "y")]
    assert {path: count for path, (count, _) in found.unmapped.items()} == {
        "/dump/row/item": 1, "/dump/row/item/@name": 1,
        "/dump/row/item//item": 1, "/dump/row/item//item/@name": 1,
    }  # fmt: skip


def test_rows_at_several_paths_are_read_in_document_order() -> None:
    dataset = mapping("""\
children:
  part:
    rows: [sec, fig/sub]
    recursive: true
    columns: {kind: {path: ., as: name}, place: {path: ., as: order}, text: {path: ., as: own_text}}
""")
    record = "<row id='1'><sec>a<fig><sub>b<sec>c</sec></sub></fig><sec>d</sec></sec><fig><sub/></fig></row>"

    rows = rows_of(dataset, extract(dataset, record), "part")

    names = ("ordinal", "parent_ordinal", "depth", "kind", "place", "text")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("1", None, "1", "sec", "1", "a"), ("2", "1", "2", "sub", "3", "b"), ("3", "2", "3", "sec", "4", "c"),
        ("4", "1", "2", "sec", "5", "d"), ("5", None, "1", "sub", "7", ""),
    ]  # fmt: skip


def test_text_and_markup_of_a_row_contain_the_rows_inside_it() -> None:
    dataset = mapping("""\
children:
  node: {rows: node, recursive: true, columns: {all: ., own: {path: ., as: own_text}, xml: {path: ., as: markup}}}
""")

    found = extract(dataset, '<row id="1"><node>a<node>b<i x="1">c</i></node>d</node></row>')

    rows = [(row["all"], row["own"], row["xml"]) for row in rows_of(dataset, found, "node")]
    assert rows == [("abcd", "ad", 'a<node>b<i x="1">c</i></node>d'), ("bc", "b", 'b<i x="1">c</i>')]
    assert found.unmapped == {}


def test_a_recursive_table_may_have_a_recursive_child() -> None:
    dataset = mapping("""\
children:
  a: {rows: a, recursive: true, columns: {n: "@n"}, children: {b: {rows: b, recursive: true, columns: {n: "@n"}}}}
""")
    record = "<row id='1'><a n='1'><b n='x'><b n='y'/></b><a n='2'><b n='z'><b n='u'/></b><b n='v'/></a></a></row>"

    found = extract(dataset, record)

    rows = [(row["a_ordinal"], row["ordinal"], row["parent_ordinal"], row["n"]) for row in rows_of(dataset, found, "b")]
    assert rows == [
        ("1", "1", None, "x"), ("1", "2", "1", "y"),
        ("2", "1", None, "z"), ("2", "2", "1", "u"), ("2", "3", None, "v"),
    ]  # fmt: skip


def test_a_tree_deeper_than_the_parser_reads_is_rejected_as_too_deep() -> None:
    dataset = mapping(TREE)

    def record(depth: int) -> str:
        return '<row id="1">' + "<node>" * depth + "</node>" * depth + "</row>"

    assert extract(dataset, record(2_000)).rows["node"] == 2_000
    (bad,) = extract(dataset, record(2_100)).bad
    assert bad.reason == "too_deep"


@pytest.mark.parametrize("seed", range(8))
def test_random_trees_are_as_a_recursive_function_reads_them(seed: int) -> None:
    chance = random.Random(seed)
    expected: list[tuple[str | None, ...]] = []

    def node(parent: int | None, depth: int) -> str:
        ordinal = len(expected) + 1
        expected.append((str(ordinal), parent and str(parent), str(depth), str(ordinal)))
        more = range(chance.randrange(4) if depth < 9 else 0)
        inside = [chance.choice(["<t>u</t>", "<mark/>", ""]) + node(ordinal, depth + 1) for _ in more]
        return f'<node name="{ordinal}">{"".join(inside)}</node>'

    def record(number: int) -> bytes:
        expected.clear()
        return f'<row id="{number}">{"".join(node(None, 1) for _ in range(3))}</row>'.encode()

    dataset = mapping(TREE)
    records = [record(number) for number in range(1, 4)]
    Engines(dataset).agreed_on(records)

    rows = rows_of(dataset, extract(dataset, records[-1]), "node")
    assert [tuple(row[name] for name in ("ordinal", "parent_ordinal", "depth", "name")) for row in rows] == expected


def test_values_from_outside_of_the_record_are_those_of_all_rows() -> None:
    columns = "{day: /dump/@day, days: {path: /dump/@day, repeat: array}, nil: t}"
    dataset = mapping(f"children:\n  n: {{rows: n, recursive: true, columns: {columns}}}")
    nil = "<t xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'/>"

    found = extract(dataset, f"<row id='1'><n><t>1</t><n>{nil}<n/></n></n></row>", prefix=b'<dump day="d1">')

    rows = [(row["depth"], row["day"], row["days"], row["nil"]) for row in rows_of(dataset, found, "n")]
    assert rows == [("1", "d1", '{"d1"}', "1"), ("2", "d1", '{"d1"}', None), ("3", "d1", '{"d1"}', None)]


def test_rows_of_a_namespace_are_recursive() -> None:
    dataset = parse_dataset(
        'dataset: t\nnamespaces: {p: "urn:p"}\nentities:\n  r:\n    record: /p:d/p:r\n    key: {id: "@id"}\n'
        "    children: {n: {rows: p:n, recursive: true, columns: {a: p:a}}}\n"
    )
    record = '<r id="1"><n><a>1</a><n><a>2</a><b/></n></n></r>'

    found = extract(dataset, record, prefix=b'<d xmlns="urn:p">', suffix=b"</d>")

    assert [(row["a"], row["depth"]) for row in rows_of(dataset, found, "n")] == [("1", "1"), ("2", "2")]
    assert list(found.unmapped) == ["/p:d/p:r/p:n//p:b"]


FOREST = """\
children:
  g:
    rows: ["a[@k='1']", b/c]
    recursive: true
    columns: {n: "@n", t: {path: t, repeat: join}}
    children: {g_leaf: {rows: "a[not(@k)]", columns: {x: "@x"}}}
"""


class Oracle:
    """What a recursive function makes of a record of FOREST."""

    def __init__(self, record: etree._Element) -> None:
        self.rows: list[tuple[str | None, ...]] = []
        self.leaves: list[tuple[str | None, ...]] = []
        self.unmapped: Counter[str] = Counter()
        self._read(record, "/dump/row", None, None, 0)

    def _row(self, row: etree._Element, path: str, parent: str | None, depth: int) -> None:
        ordinal = str(len(self.rows) + 1)
        texts = ["".join(each.itertext()) for each in row.iterchildren("t")]
        self.rows.append((ordinal, parent, str(depth), row.get("n"), ", ".join(texts) if texts else None))
        leaves = [each for each in row.iterchildren("a") if each.get("k") is None]
        self.leaves += [(ordinal, str(place), leaf.get("x")) for place, leaf in enumerate(leaves, 1)]
        self._attributes(row, path, {"n", "k"})
        self._read(row, path, path if path.endswith("/") else f"{path}/", ordinal, depth)

    def _read(self, top: etree._Element, path: str, inner: str | None, ordinal: str | None, depth: int) -> None:
        for child in top:
            below = f"{path}/{child.tag}"
            if child.tag == "a" and child.get("k") == "1":
                self._row(child, inner or below, ordinal, depth + 1)
            elif child.tag == "a" and child.get("k") is None and inner:
                self._attributes(child, below, {"x"})
                self._unknown(child, below)
            elif child.tag == "a":
                self.unmapped[below] += 1
                self._attributes(child, below, {"k"})
                self._unknown(child, below)
            elif child.tag == "b":
                self._attributes(child, below, set())
                for each in child:
                    if each.tag == "c":
                        self._row(each, inner or f"{below}/c", ordinal, depth + 1)
                    else:
                        self._all(each, f"{below}/{each.tag}")
            elif child.tag == "t" and inner:
                self._attributes(child, below, set())
            else:
                self._all(child, below)

    def _all(self, element: etree._Element, path: str) -> None:
        self.unmapped[path] += 1
        self._attributes(element, path, set())
        self._unknown(element, path)

    def _unknown(self, element: etree._Element, path: str) -> None:
        for child in element:
            self._all(child, f"{path}/{child.tag}")

    def _attributes(self, element: etree._Element, path: str, read: set[str]) -> None:
        self.unmapped.update(f"{path}/@{name}" for name in element.attrib if name not in read)


def forest(chance: random.Random, depth: int = 0) -> str:
    """Random content of a record of FOREST."""
    parts = []
    for _ in range(chance.randrange(5) if depth < 8 else 0):
        tag = chance.choice("aaabbbctz") if depth % 2 else chance.choice("aaabtz")
        more = {"a": ["", " k='1'", " k='1'", " k='2'"], "t": [""]}.get(tag, [""])
        given = chance.choice(more) + chance.choice(["", f" n='{chance.randrange(9)}'"]) + chance.choice(["", " x='1'"])
        inside = "text" if tag == "t" else forest(chance, depth + 1)
        parts.append(f"<{tag}{given}>{inside}</{tag}>")
    return "".join(parts)


@pytest.mark.parametrize("seed", range(30))
def test_rows_and_what_is_not_mapped_are_as_a_recursive_function_finds_them(seed: int) -> None:
    chance = random.Random(seed)
    dataset = mapping(FOREST)
    record = f"<row id='1'>{forest(chance)}{forest(chance)}{forest(chance)}</row>"
    expected = Oracle(etree.fromstring(record))

    found = extract(dataset, record)

    names = ("ordinal", "parent_ordinal", "depth", "n", "t")
    assert [tuple(row[name] for name in names) for row in rows_of(dataset, found, "g")] == expected.rows
    leaves = [(row["g_ordinal"], row["ordinal"], row["x"]) for row in rows_of(dataset, found, "g_leaf")]
    assert sorted(leaves) == sorted(expected.leaves)
    assert {path: count for path, (count, _) in found.unmapped.items()} == expected.unmapped
