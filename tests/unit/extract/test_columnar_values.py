"""What becomes of values in the columnar engine: cleaning, types, keys, repeats; the same as in the general one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

import pytest

from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import mapping, rows_of

TEXTS = [
    "", " ", "\n\t ", "x", " x ", "\tx\n", "0", " 0 ", "x x", "X", "xx", "a\\b",
    "\u00a0x", "x\u00a0", "\u2003x", "äöü", "\U0001f3b5",
]  # fmt: skip
REFERENCES = ["&#32;x", "x&#32;", "&amp;", "&#120;", "&#48;", "a&#13;", "&#9;x", "&lt;x&gt;", "&#128077;"]
NUMBERS = [
    "0", "5", "42", "12345678", "123456789", "1234567890", "12345678901", "2147483647", "2147483648",
    "999999999999999999", "1234567890123456789", "9223372036854775807", "9223372036854775808",
    "007", "0000000000007", "0" * 101 + "1", "+5", "-5", "--5", "+", "5+", "5 ", " 5", "\n5\t", "5 5",
    "\uff11", "0x10", "1_000", "1e3", "5.", ".5", "5.5", "1.25", "-0.5", "5,5", "1" * 501, "1." + "1" * 491, "NaN",
    "", " ", "?", "1:2", "1/2", "1;", "12345:78", "1234567a", "a1234567",
]  # fmt: skip
OTHERS = {
    "boolean": (
        "true", "false", "1", "0", "True", "t", "yes", "", " true", "true ", "truefalse", "falsetrue", "2", "10",
    ),
    "date": (
        "2020-02-28", "2020-02-29", "2020-02-30", "2020-12-31", "0000-01-01", "2020-1-1", "20200101",
        "", "2020-01-01T00:00:00",
    ),
    "timestamp": ("2020-01-02 03:04:05", "2020-01-02T03:04:05.123456", "2020-01-02", "2020-01-02 24:00:00", ""),
    "timestamptz": ("2020-01-02T03:04:05Z", "2020-01-02 03:04:05+14:59", "2020-01-02 03:04:05", ""),
    "varchar(3)": (
        "", "a", "abc", "abcd", "äöü", "äöüß", "\U0001f3b5\U0001f3b5\U0001f3b5", "a b", "   ", " abc",
    ),
}  # fmt: skip
NONE = b'<row id="3"/>'


@cache
def engines(entity: str) -> Engines:
    """Engines of a mapping; each is made once."""
    return Engines(mapping(entity))


def left_of(options: str, values: Sequence[str]) -> list[set[int]]:
    """Records left when each has one of the values in an element, and in an attribute (no tabs, no breaks)."""
    elements = [f'<row id="1"><v>{value}</v></row>'.encode() for value in values]
    attributes = [f'<row id="1" v="{value}"/>'.translate({9: 32, 10: 32}).encode() for value in values]
    element, attribute = (engines(f"columns: {{v: {{path: {path}, {options}}}}}") for path in ("v", "'@v'"))
    return [
        set(element.agreed_on([*elements, b'<row id="2"><v/></row>', NONE]).left),
        set(attribute.agreed_on([*attributes, b'<row id="2" v=""/>', NONE]).left),
    ]


@pytest.mark.parametrize("kind", ["integer", "bigint", "numeric", *OTHERS])
def test_a_typed_value_is_proven_exactly_when_the_general_engine_proves_it(kind: str) -> None:
    both = engines(f"columns: {{v: {{path: v, type: {kind}}}}}")
    for value in OTHERS.get(kind, NUMBERS):
        records = [f'<row id="1"><v>{value}</v></row>'.encode(), NONE]
        outcome = both.agreed_on(records)
        assert outcome.left == [], value


CLEANING = [
    f"type: {kind}, trim: {trim}, null_if: {null_if}{default}"
    for kind, trim, null_if, default in itertools.product(
        ("text", "varchar(3)", "integer"),
        ("true", "false"),
        ("[]", "[x]", "['0', xx, '']", "[' x ', X]"),
        ("", ", default: '5'"),
    )
]
UNCLEANED = [*itertools.product(("text", "varchar(3)"), ("", ", default: '5'")), ("integer", "")]


@pytest.mark.parametrize("options", CLEANING)
def test_values_are_trimmed_nulled_and_defaulted_alike(options: str) -> None:
    assert left_of(options, TEXTS) == [set(), set()]


@pytest.mark.parametrize("options", CLEANING)
def test_references_in_a_cleaned_value_are_for_libxml2(options: str) -> None:
    is_cleaned = options not in {f"type: {kind}, trim: false, null_if: []{default}" for kind, default in UNCLEANED}
    expected = set(range(len(REFERENCES))) if is_cleaned else set()
    assert left_of(options, REFERENCES) == [expected, expected]


@pytest.mark.parametrize("kind", ["text", "varchar(20)", "integer", "boolean", "date"])
def test_references_and_escapes_in_a_value_that_is_not_cleaned(kind: str) -> None:
    escapes = ["\\", "a\\tb", "\\N", "&#92;N", "&#x5C;.", "a\tb\nc", "&#49;", "&#x74;rue", "&#50;020-01-01"]
    for value in [*REFERENCES, *escapes]:
        assert left_of(f"type: {kind}", [value]) == [set(), set()]


def test_a_long_run_of_white_space_is_for_libxml2_as_each_character_costs_a_pass() -> None:
    both = engines("columns: {v: {path: v, trim: true}}")
    records = [b'<row id="1"><v>' + b" " * 50_000 + b"x</v></row>", b'<row id="2"><v> y </v></row>']
    assert both.agreed_on(records).left == [0]


ENDINGS = ["trim: true", "type: integer", "type: boolean", "type: varchar(2), trim: true", "null_if: [x]"]


@pytest.mark.parametrize("options", [*ENDINGS, "type: integer, default: 1"])
def test_an_empty_element_may_end_the_block(options: str) -> None:
    both = engines(f'columns: {{v: {{path: ".", {options}}}}}')
    assert both.agreed_on([b'<row id="1">x</row>', b'<row id="2"/>']).left == []
    assert both.agreed_on([b'<row id="2"/>']).left == []


def test_a_default_is_escaped() -> None:
    both = engines(r"""columns: {v: {path: v, default: "a\\b\tc\nd\reä"}}""")
    assert both.agreed_on([b'<row id="1"/>', b'<row id="2"><v/></row>']).left == []


@pytest.mark.parametrize("repeat", ["first", "last", "error"])
@pytest.mark.parametrize("options", ["", ", type: integer", ", null_if: ['1', '']", ", default: '7'", ", trim: true"])
def test_repeated_scalars(repeat: str, options: str) -> None:
    element = engines(f"columns: {{v: {{path: w/v, repeat: {repeat}{options}}}}}")
    attribute = engines(f"columns: {{v: {{path: 'w/@v', repeat: {repeat}{options}}}}}")
    values = [[], [""], ["1"], ["1", "2"], ["2", "1"], ["", "2"], ["2", ""], ["1", "", "3"]]
    left = [index for index, row in enumerate(values) if len(row) > 1] if repeat == "error" else []
    wrapped = [b"".join(b"<w><v>%s</v></w>" % text.encode() for text in row) for row in values]
    together = [b"<w>" + b"".join(b"<v>%s</v>" % text.encode() for text in row) + b"</w>" for row in values]
    marked = [b"".join(b'<w v="%s"/>' % text.encode() for text in row) + b"<w/>" for row in values]
    for both, bodies in ((element, wrapped), (element, together), (attribute, marked)):
        records = [b'<row id="%d">%s</row>' % (number, body) for number, body in enumerate(bodies)]
        assert sorted(both.agreed_on(records).left) == left


@pytest.mark.parametrize(
    "key",
    [
        "{id: '@id'}",
        "{id: {path: '@id', type: integer}}",
        "{id: id}",
        "{id: {path: id, type: integer}}",
        "{id: {path: id, type: integer, repeat: first}}",
        "{id: {path: id, repeat: last, default: none}}",
        "{id: {path: 'w/@id', type: integer, null_if: ['3']}, two: {path: id, type: varchar(2)}}",
        "{id: {path: '@id', trim: true}, two: {path: w/id, repeat: first}}",
        "generated",
    ],
)
def test_keys_given_missing_empty_and_repeated(key: str) -> None:
    # The other attributes are left out, so that nothing but the key decides.
    ignore = [path for path in ("@id", "w/@id") if f"'{path}'" not in key]
    both = engines(f"key: {key}\nignore: {ignore}\nchildren: {{kid: {{rows: k, columns: {{t: .}}}}}}")
    attributes = (b"", b' id=""', b' id="3"', b' id="x"', b' id="12345"')
    bodies = [b"", b"<id/>", b"<id>3</id>", b"<id>3</id><id>4</id>"]
    bodies += [b"<id>abc</id><w><id>5</id></w>", b"<w><id/><id>6</id></w>"]
    kids = b"<k>1</k><k/>"
    for index, (attribute, body) in enumerate(itertools.product(attributes, bodies)):
        odd = b"<row%s>%s%s</row>" % (attribute, kids, body)
        wrapped = b"<row%s>%s<w%s/>%s</row>" % (attribute, body, attribute, kids)
        both.agreed_on([odd, b'<row id="1"><id>1</id><w id="1"><id>1</id></w></row>', wrapped][index % 2 :])


def test_children_know_their_parents_key_and_are_counted_from_one() -> None:
    dataset = mapping("""\
columns: {v: v}
children:
  kid:
    rows: ks/k
    columns: {t: {path: t, type: integer}}
    children: {small: {rows: s, columns: {z: .}}, other: {rows: o/s, columns: {z: "@z"}}}
""")
    records = [
        b'<row id="5"><ks><k><s>1</s><t>9</t><s/></k></ks><ks><k/><k><o><s z="2"/></o><s>3</s></k></ks></row>',
        b'<row id="6"/>',
        b'<row id="7"><ks><k><s>4</s></k></ks><v>last</v></row>',
    ]
    outcome = Engines(dataset).agreed_on(records)
    assert outcome.left == []
    rows = rows_of(dataset, outcome.extracted, "small")
    assert [(row["row_id"], row["kid_ordinal"], row["ordinal"], row["z"]) for row in rows] == [
        ("5", "1", "1", "1"), ("5", "1", "2", ""), ("5", "3", "1", "3"), ("7", "1", "1", "4"),
    ]  # fmt: skip
