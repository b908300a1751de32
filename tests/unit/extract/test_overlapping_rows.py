"""Tables whose rows lie inside of other tables' rows, or are the same elements; values that cannot repeat, gathered."""

from __future__ import annotations

import pytest

from loader.mapping.corrections import corrections
from loader.mapping.read import read_dataset
from tests.unit.extract.differential import Engines, batch_of
from tests.unit.extract.extraction import extract, mapping, rows_of, values

RECORD = (
    '<row id="1"><list owner="A"><kw main="Y">heart</kw><kw>lung</kw></list>'
    '<list owner="B"><kw>kidney</kw></list><list owner="C"/></row>'
)
FLAT = "  flat: {rows: list/kw, columns: {kw: ., main: '@main'}}"
LIST = "  list: {rows: list, columns: {owner: '@owner'}}"
NESTED = LIST[:-1] + ", children: {list_kw: {rows: kw, columns: {kw: .}}}}"
FLAT_ROWS = [("1", "heart"), ("2", "lung"), ("3", "kidney")]
LIST_ROWS = [("1", "A"), ("2", "B"), ("3", "C")]
NESTED_ROWS = [("1", "1", "heart"), ("1", "2", "lung"), ("2", "1", "kidney")]


@pytest.mark.parametrize(
    "children",
    [
        (FLAT, LIST),
        (LIST, FLAT),
        (FLAT, NESTED),
        (NESTED, FLAT),
        (NESTED,),
        (FLAT, "  twice: {rows: list/kw, columns: {kw: .}}"),
        (FLAT, "  wrapper: {rows: list, columns: {all: {path: kw, repeat: join}, owner: '@owner'}}"),
    ],
)
def test_each_table_numbers_its_rows_under_its_own_parent(children: tuple[str, ...]) -> None:
    dataset = mapping("\n".join(["columns: {all: {path: list/kw, repeat: last}}", "children:", *children]))

    engines = Engines(dataset)
    record = RECORD.encode()
    outcome = engines.agreed_on([record, record.replace(b'"1"', b'"2"')])

    general = engines.general.extract(batch_of([record]))
    found = {
        table.name: [
            tuple(row[name] for name in (*table.ordinals, *(column.name for column in table.columns)))
            for row in rows_of(dataset, general, table.name)
        ]
        for table in dataset.tables
    }
    expected = {
        "row": [("kidney",)],
        "flat": [(*row, main) for row, main in zip(FLAT_ROWS, ("Y", None, None), strict=True)],
        "list": LIST_ROWS,
        "list_kw": NESTED_ROWS,
        "twice": FLAT_ROWS,
        "wrapper": [("1", "heart, lung", "A"), ("2", "kidney", "B"), ("3", None, "C")],
    }
    assert found == {name: expected[name] for name in found}
    assert outcome.extracted.rows == {name: 2 * len(expected[name]) for name in found}


@pytest.mark.parametrize(
    ("column", "attribute", "expected"),
    [
        ("{path: '@t', repeat: array}", ' t="red"', '{"red"}'),
        ("{path: '@t', repeat: array}", "", None),
        ("{path: '@t', repeat: array}", ' t=""', '{""}'),
        ("{path: '@t', repeat: array, null_if: red}", ' t="red"', "{NULL}"),
        ("{path: '@t', repeat: array, type: integer}", ' t="12"', '{"12"}'),
        ("{path: '@t', repeat: array, type: integer}", ' t=""', "{NULL}"),
        ("{path: '@t', repeat: join}", ' t="red"', "red"),
        ("{path: '@t', repeat: join}", "", None),
        ("{path: '@t', repeat: join, default: none}", "", "none"),
        ("{path: '@t', repeat: join, null_if: red}", ' t="red"', None),
        ("{path: '@t', repeat: first}", ' t="red"', "red"),
        ("{path: ., repeat: array}", "", '{"text"}'),
        ("{path: ., repeat: join}", "", "text"),
        ("{path: /dump/@t, repeat: array}", "", '{"around"}'),
        ("{path: /dump/@t, repeat: join}", "", "around"),
        ("{path: /dump/@u, repeat: array}", "", None),
        ("{path: /dump/@u, repeat: join, default: none}", "", "none"),
    ],
)
def test_what_stands_once_is_gathered_whole(column: str, attribute: str, expected: str | None) -> None:
    dataset = mapping(f"columns: {{v: {column}}}\nchildren:\n  kid: {{rows: kid, columns: {{v: {column}}}}}")
    kid = f"<kid{attribute}>text</kid>"

    extracted = extract(dataset, f'<row id="1"{attribute}>{kid * 2}</row>', prefix=b'<dump t="around">')

    of_root = [expected if expected not in ("text", '{"text"}') else expected.replace("text", "texttext")]
    assert values(dataset, extracted, "v") == of_root
    assert values(dataset, extracted, "v", "kid") == [expected, expected]


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        ("{path: '@id', repeat: join}", '<row id="red"/>', "red"),
        ("{path: ., repeat: join}", "<row>red</row>", "red"),
        ("{path: /dump/@t, repeat: join}", "<row/>", "around"),
        ("{path: /dump/@u, default: none}", "<row/>", "none"),
        ("{path: id, repeat: join}", "<row><id>a</id><id>b</id></row>", "a, b"),
    ],
)
def test_keys_are_read_whole(key: str, record: str, expected: str) -> None:
    dataset = mapping(f"key: {{id: {key}}}")

    extracted = extract(dataset, record, prefix=b'<dump t="around">')

    assert values(dataset, extracted, "id") == [expected]


def test_what_was_read_wrongly_before_counts_as_a_changed_mapping() -> None:
    """Only such mappings: all others keep their digest, and their tables."""
    children = "children:\n  kid: {rows: a/b, columns: {v: '@v'}}\n  tot: {rows: a/c/b, children: {tot_in: {rows: d}}}"
    assert corrections(mapping(f"columns: {{v: {{path: v, repeat: join}}, w: '@w'}}\n{children}").tables) == []
    assert corrections(read_dataset("discogs").tables) == []

    wrong = mapping(f"columns: {{v: {{path: '@v', repeat: join}}, w: '@w'}}\n{children}\n  lot: {{rows: a/c}}")
    assert corrections(wrong.tables) == ["row.v", "tot.ordinal", "tot_in.ordinal"]
    assert "read wrongly by earlier versions" in wrong.canonical()
