"""What becomes of a single value on its way into a row."""

from __future__ import annotations

import pytest

from loader.mapping.read import parse_dataset
from tests.unit.extract.extraction import extract, mapping, rows_of, values

SPECIAL = "a\\b\\N\\.\tc|\u00e4\u97f3\U0001f3b5\u2028\x7f"


def one(column: str, record: str) -> str | None:
    """The value of column `v`, of which the mapping is given, in one record with id 1."""
    dataset = mapping(f"columns: {{v: {column}}}")
    extracted = extract(dataset, f'<row id="1">{record}</row>')
    assert extracted.bad == []
    (value,) = values(dataset, extracted, "v")
    return value


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("", None),
        ("<v/>", ""),
        ("<v></v>", ""),
        ("<v> </v>", " "),
        (f"<v>{SPECIAL}</v>", SPECIAL),
        ("<v>a\r\nb&#13;c</v>", "a\nb\rc"),
        ("<v>a<!-- not a -->b<?pi x?>c</v>", "abc"),
        ("<v><![CDATA[a < b && c ]]]]><![CDATA[> d]]></v>", "a < b && c ]]> d"),
        ("<v>H<sub>2</sub>O and <i>E. <b>coli</b></i> tail</v>", "H2O and E. coli tail"),
        ("<v><i/></v>", ""),
        ("<v>&#228;&amp;&lt;&#x1F3B5;</v>", "ä&<🎵"),
        ("<w>x</w>", None),
    ],
)
def test_text_is_the_whole_text_and_empty_is_not_missing(record: str, expected: str | None) -> None:
    assert one("v", record) == expected


def test_attribute_values_are_normalised_as_xml_says() -> None:
    assert one('"v/@a"', '<v a="a\n\tb&#10;c"/>') == "a  b\nc"


@pytest.mark.parametrize(
    ("column", "record", "expected"),
    [
        ("{path: v, type: integer}", "", None),
        ("{path: v, type: integer}", "<v/>", None),
        ("{path: v, type: integer}", "<v>007</v>", "007"),
        ("{path: v, type: varchar(3)}", "<v/>", ""),
        ("{path: v/@a, type: date}", "<v a=''/>", None),
        ("{path: v/@a, type: date}", "<v/>", None),
        ("{path: v, null_if: [x, y]}", "<v>y</v>", None),
        ("{path: v, null_if: x}", "<v> x</v>", " x"),
        ("{path: v, null_if: ''}", "<v/>", None),
        ("{path: v, type: integer, null_if: 0}", "<v> 0 </v>", None),
        ("{path: v, default: none}", "", "none"),
        ("{path: v, default: none}", "<v/>", ""),
        ("{path: v, default: none, null_if: x}", "<v>x</v>", None),
        ("{path: v, type: integer, default: 5}", "", "5"),
        ("{path: v, type: integer, default: 5}", "<v/>", "5"),
        ("{path: v, type: integer, default: 5}", "<v> </v>", "5"),
        ("{path: v/@a, default: none}", "<v/>", "none"),
        ("{path: v, trim: true}", "<v>\n a b\t</v>", "a b"),
        ("{path: v, trim: true}", "<v>\u00a0a\u00a0</v>", "\u00a0a\u00a0"),
        ("{path: v, trim: true, null_if: x}", "<v> x </v>", None),
        ("{path: v, repeat: first}", "<v>a</v><v>b</v>", "a"),
        ("{path: v, repeat: first}", "<v/><v>b</v>", ""),
        ("{path: v, repeat: last}", "<v>a</v><v>b</v>", "b"),
        ("{path: v, repeat: join}", "<v>a</v><v/><v>b</v>", "a, , b"),
        ("{path: v, repeat: join, separator: '|', null_if: x}", "<v>a</v><v>x</v><v>b</v>", "a|b"),
        ("{path: v, repeat: join, default: d}", "", "d"),
        ("{path: v, repeat: array}", "", None),
        ("{path: v, repeat: array}", '<v>a"b</v><v>c\\d,{}</v><v/>', '{"a\\"b","c\\\\d,{}",""}'),
        ("{path: v, repeat: array, null_if: x}", "<v>x</v><v>NULL</v>", '{NULL,"NULL"}'),
        ("{path: v, type: integer, repeat: array}", "<v>1</v><v/>", '{"1",NULL}'),
        ("{path: v/@a, repeat: array}", "<v a='1'/><v/><v a='2'/>", '{"1","2"}'),
        ("{path: v/@a}", "<v/><v a='2'/>", "2"),
        ("v/w", "<v/><v><w>x</w></v>", "x"),
        ("./v", "<v>x</v>", "x"),
        (".", "a<v>b</v>c", "abc"),
        ('"@xml:lang"', "", None),
    ],
)
def test_a_column_says_what_becomes_of_a_value(column: str, record: str, expected: str | None) -> None:
    assert one(column, record) == expected


@pytest.mark.parametrize(
    ("column", "record", "path"),
    [
        ("v", "<v>a</v><v>b</v>", "/dump/row/v"),
        ("v", "<v/><v/>", "/dump/row/v"),
        ("{path: v, type: integer}", "<v/><v>1</v>", "/dump/row/v"),
        ("v/w", "<v><w/></v><v><w/></v>", "/dump/row/v/w"),
        ("v/@a", "<v a='1'/><v a='1'/>", "/dump/row/v/@a"),
    ],
)
def test_a_repeated_scalar_is_an_error_of_its_record(column: str, record: str, path: str) -> None:
    dataset = mapping(f"columns: {{v: {column}}}\nchildren: {{row_k: {{rows: k, columns: {{t: .}}}}}}")
    extracted = extract(dataset, '<row id="1"/>', f'<row id="2"><k>x</k>{record}</row>', '<row id="3"><k/></row>')
    assert [(bad.index, bad.reason, bad.path) for bad in extracted.bad] == [(1, "repeated", path)]
    assert values(dataset, extracted, "id") == ["1", "3"]
    assert values(dataset, extracted, "row_id", "row_k") == ["3"]


def test_a_column_may_lie_below_the_rows_of_a_child() -> None:
    dataset = mapping("columns: {all: {path: k/t, repeat: join}}\nchildren: {row_k: {rows: k, columns: {t: t}}}")
    extracted = extract(dataset, '<row id="1"><k><t>a</t></k><k><t>b</t></k></row>')
    assert values(dataset, extracted, "all") == ["a, b"]
    assert values(dataset, extracted, "t", "row_k") == ["a", "b"]


def test_two_columns_may_read_one_element() -> None:
    dataset = mapping('columns: {a: v, b: {path: v, type: integer}, c: "@id"}')
    (row,) = rows_of(dataset, extract(dataset, '<row id="1"><v>5</v></row>'), "row")
    assert (row["a"], row["b"], row["c"]) == ("5", "5", "1")


def test_attributes_around_the_records_are_read() -> None:
    dataset = mapping(
        "columns: {day: {path: /dump/@day, type: date}, none: /dump/@no}\n"
        "children: {k: {rows: k, columns: {d: /dump/@day}}}"
    )
    extracted = extract(dataset, '<row id="1"><k/></row>', prefix=b'<dump day="2026-01-31">')
    assert values(dataset, extracted, "day") == ["2026-01-31"]
    assert values(dataset, extracted, "none") == [None]
    assert values(dataset, extracted, "d", "k") == ["2026-01-31"]


def test_names_match_by_namespace_whatever_the_prefix() -> None:
    dataset = parse_dataset(
        """\
dataset: d
namespaces: {n: urn:n}
entities:
  row: {record: /n:dump/n:row, key: {id: "@id"}, columns: {a: n:a, b: b, c: "n:a/@n:c"}}
"""
    )
    records = [
        '<row id="1" xmlns="urn:n"><a n:c="x" xmlns:n="urn:n">1</a></row>',
        '<p:row id="2" xmlns:p="urn:n"><p:a p:c="y">2</p:a><b>3</b></p:row>',
        '<q:row id="3"><q:a c="no">4</q:a></q:row>',
    ]
    extracted = extract(dataset, *records, prefix=b'<q:dump xmlns:q="urn:n">', suffix=b"</q:dump>")
    rows = rows_of(dataset, extracted, "row")
    assert [(row["a"], row["b"], row["c"]) for row in rows] == [
        ("1", None, "x"),
        ("2", "3", "y"),
        ("4", None, None),
    ]
    assert extracted.unmapped == {"/n:dump/n:row/n:a/@c": (1, "no")}


def test_names_that_are_no_python_names_are_no_problem() -> None:
    dataset = mapping(
        'columns: {class: a.b, für: "ř", fur: A, "len": a, string: "@a.b", f_r: B}\n'
        "children: {e1: {rows: select-it, columns: {n: '.', rec: '@x'}}, string: {rows: s, columns: {value: .}}}"
    )
    record = '<a.b>1</a.b><ř>2</ř><A>3</A><a>4</a><B>8</B><select-it x="5">6</select-it><s>7<i/></s>'
    extracted = extract(dataset, f'<row id="1" a.b="0">{record}</row>')
    (row,) = rows_of(dataset, extracted, "row")
    assert [row[name] for name in ("class", "für", "fur", "len", "string", "f_r")] == ["1", "2", "3", "4", "0", "8"]
    (child,) = rows_of(dataset, extracted, "e1")
    assert (child["n"], child["rec"]) == ("6", "5")
    assert values(dataset, extracted, "value", "string") == ["7"]


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        ('{id: "@id"}', '<row id="a"><k/></row>', ["a"]),
        ("{id: {path: id, type: integer}}", "<row><k/><id>5</id></row>", ["5"]),
        ("{id: {path: id, type: integer}}", "<row><k/><id><![CDATA[5]]><!-- x --></id></row>", ["5"]),
        ("{id: {path: a/b}}", "<row><k/><a/><a><b>x</b></a></row>", ["x"]),
        ("{id: {path: a/@b}}", "<row><k/><a/><a b='x'/></row>", ["x"]),
        ("{id: {path: a, repeat: first}}", "<row><k/><a>x</a><a>y</a></row>", ["x"]),
        ("{id: {path: a, repeat: last}}", "<row><k/><a>x</a><a>y</a></row>", ["y"]),
        ("{id: {path: a, repeat: join, separator: +}}", "<row><a>x</a><a>y</a><k/></row>", ["x+y"]),
        ("{id: {path: a, default: z}}", "<row><k/></row>", ["z"]),
        ("{id: {path: '@a', default: z}}", "<row><k/></row>", ["z"]),
        ('{one: "@a", two: {path: b, null_if: x}}', '<row a="1"><k/><b>2</b></row>', ["1", "2"]),
        ("{day: /dump/@day, id: '@id'}", '<row id="5"><k/></row>', ["monday", "5"]),
        ("{text: .}", "<row><k>x</k>y</row>", ["xy"]),
        ("generated", "<row><k/></row>", [str((7 << 40) + 1)]),
    ],
)
def test_the_key_stands_in_the_root_and_in_its_children(key: str, record: str, expected: list[str]) -> None:
    dataset = mapping(f"key: {key}\nchildren: {{kid: {{rows: k, columns: {{t: .}}}}}}")
    extracted = extract(dataset, record, prefix=b'<dump day="monday">')
    assert not extracted.doubts
    for table in ("row", "kid"):
        (row,) = rows_of(dataset, extracted, table)
        assert [row[name] for name in dataset.table(table).primary_key][: len(expected)] == expected


def test_a_repeated_key_is_an_error_of_its_record() -> None:
    dataset = mapping("key: {id: {path: id, type: integer}}")
    extracted = extract(dataset, "<row><id>1</id><id>1</id></row>", "<row><id>2</id></row>")
    assert [(bad.index, bad.reason, bad.path) for bad in extracted.bad] == [(0, "repeated", "/dump/row/id")]
    assert values(dataset, extracted, "id") == ["2"]


@pytest.mark.parametrize("width", [1, 8, 9, 16, 17, 300])
def test_however_many_columns_every_one_finds_its_element(width: int) -> None:
    dataset = mapping("columns: {" + ", ".join(f"c{i}: t{i}" for i in range(width)) + "}")
    body = "".join(f"<t{i}>{i}</t{i}>" for i in reversed(range(width)))
    extracted = extract(dataset, f'<row id="1">{body}<t{width}/></row>')
    (row,) = rows_of(dataset, extracted, "row")
    assert [row[f"c{i}"] for i in range(width)] == [str(i) for i in range(width)]
    assert extracted.unmapped == {f"/dump/row/t{width}": (1, "")}


def test_sixteen_levels_of_children_are_possible() -> None:
    yaml, record = "", ""
    for level in range(16, 0, -1):
        yaml = f"children: {{t{level}: {{rows: e, columns: {{v: '@v'}}{', ' + yaml if yaml else ''}}}}}"
        record = f'<e v="{level}">{record}</e>'
    dataset = mapping(yaml)
    extracted = extract(dataset, f'<row id="1">{record}</row>')
    (row,) = rows_of(dataset, extracted, "t16")
    assert (row["v"], row["ordinal"], row["t15_ordinal"]) == ("16", "1", "1")
