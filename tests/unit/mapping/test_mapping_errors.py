"""Every mistake in a mapping is named with its line, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import MappingError, UsageError
from loader.mapping.read import parse_dataset, read_dataset

HEAD = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
"""


def complaint(text: str) -> str:
    with pytest.raises(MappingError) as caught:
        parse_dataset(text, name="shop.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("added", "line", "expected"),
    [
        ("    columns: {a: {path: x, typ: text}}", 6, "columns.a.typ: unknown key"),
        ("    columns: {a: {path: x, type: int}}", 6, "unknown type 'int'; known are text"),
        ("    columns: {a: {path: x, type: varchar(0)}}", 6, "unknown type 'varchar(0)'"),
        (
            "    columns:\n      a:\n        path: x\n        type: integer\n        map: {b: c}",
            10,
            "a.map.b: 'c' is not",
        ),
        ("    columns: {a: {path: x, decimal: ','}}", 6, "a.decimal: text is not a type of numbers"),
        ("    columns: {a: {path: x, type: integer, decimal: ','}}", 6, "a.decimal: integer has no decimals; 'round"),
        ("    columns: {a: {path: x, type: numeric, thousands: '.'}}", 6, "a.thousands: is the decimal point, too"),
        ("    columns: {a: {path: x, type: numeric, decimal: x}}", 6, "a.decimal: must be one character, neither"),
        ("    columns: {a: {path: x, type: numeric, round: true}}", 6, "a.round: values of type numeric keep their"),
        ("    columns: {a: {path: x, type: date, round: true}}", 6, "a.round: date is not a type of whole numbers or"),
        ("    columns: {a: {path: x, type: date, format: DD.MM.YY}}", 6, "a.format: 'YY' is no part of a date"),
        ("    columns: {a: {path: x, type: numeric, format: xsd}}", 6, "a.format: of numbers, only 'decimal' and"),
        ("    columns: {a: {path: x, format: xsd}}", 6, "a.format: values of type text are written in one form"),
        ("    columns: {a: {path: x, type: date, format: xsd, enum: [2020-01-01]}}", 6, "a.enum: has no meaning for v"),
        (
            "    columns: {a: {path: x, type: date, format: DD.MM.YYYY, default: 2020-01-01}}",
            6,
            "a.default: '2020-01-01' is not of type date, written as DD.MM.YYYY",
        ),
        (
            "    columns: {a: {path: x, type: date, format: DD.MM.YYYY, minimum: 01.01.2020}}",
            6,
            "a.minimum: '01.01.2020' is not of type date",
        ),
        ("    columns: {a: {path: x, split: ';', repeat: first}}", 6, "a.repeat: has to be 'array' with 'split'"),
        ("    columns: {a: {path: x, split: {pattern: '('}}}", 6, "a.split: PostgreSQL takes no such regular expr"),
        ("    columns: {a: {path: x, split: {pattern: 'x*'}}}", 6, "a.split: must not match an empty text"),
        ("    columns: {a: {path: x, as: exists, split: x}}", 6, "a.split: has no meaning with 'as: exists'"),
        ("    columns: {a: {path: x, split: {patern: x}}}", 6, "a.split"),
        ("  o: {record: /shop/o, key: {k: {path: x, split: y}}}", 6, "o.key.k.split: a key cannot be split"),
        ("    children: {kid: {rows: [a, b], split: x}}", 6, "kid.split: has no meaning with several paths"),
        ("    children: {kid: {rows: /shop/@a, split: x}}", 6, "kid.rows: must be a path in the parent row"),
        ("    children: {kid: {rows: ../@a, split: x}}", 6, "kid.rows: must be a path in the parent row"),
        ("    children: {kid: {rows: a, split: x, columns: {b: c}}}", 6, "kid.columns.b: must have the path '.'"),
        ("    children: {kid: {rows: a, split: x, columns: {b: {path: ., as: order}}}}", 6, "b: 'as', 'split' and"),
        (
            "    children: {kid: {rows: a, split: x, children: {son: {rows: b}}}}",
            6,
            "kid.children: has no meaning with",
        ),
        ("    children: {kid: {rows: '@a'}}", 6, "kid.rows: "),
        ("    columns: {a: {path: x, optional: true, required: true}}", 6, "a.optional: contradicts 'required'"),
        (
            "  o: {record: /shop/o, key: {k: {path: x, optional: true}}}",
            6,
            "o.key.k.optional: a key cannot be optional",
        ),
        ("    columns: {a: {path: x, map: {}}}", 6, "a.map: "),
        ("    columns: {a: {path: x, map: {b: [1]}}}", 6, "a.map.b: "),
        ("    columns: {a: {path: x, map: {b: c}, enum: [c]}}", 6, "a.enum: has no meaning beside 'map'"),
        ("    columns: {a: {path: x, map: {b: c}, null_if: b}}", 6, "a.map.b: 'b' means NULL already"),
        ("    columns: {a: {path: x, unmatched: keep}}", 6, "a.unmatched: has no meaning without 'map'"),
        ("    columns: {a: {path: x, as: exists, map: {b: c}}}", 6, "a.map: has no meaning with 'as: exists'"),
        ("    columns: {a: {path: ., as: order, map: {b: c}}}", 6, "a.map: has no meaning with 'as: order'"),
        ("    columns: {a: {path: x, map: {b: c}, default: d, type: varchar(0)}}", 6, "unknown type"),
        ("    columns: {a: {path: x, type: double, minimum: 1e400}}", 6, "a.minimum: '1e400' is not of type double"),
        (
            "    columns: {a: {path: x, type: bytea}}",
            6,
            "a.type: bytes are written as 'format: hex' or 'format: base64'",
        ),
        ("    columns: {a: {path: x, type: bytea, format: dec}}", 6, "a.format: bytes are written as 'format: hex'"),
        (
            "    columns: {a: {path: x, type: bytea, format: hex, default: q}}",
            6,
            "a.default: 'q' is not of type bytea, w",
        ),
        ("    columns: {a: {path: x, type: uuid, format: hex}}", 6, "a.format: values of type uuid are written in one"),
        ("    columns: {a: {path: x, type: jsonb, minimum: 1}}", 6, "a.minimum: values of type jsonb have no order"),
        (
            "    columns: {a: {path: x, type: jsonb, pattern: x}}",
            6,
            "a.pattern: has no meaning for values of type jsonb",
        ),
        ("    columns: {a: {path: x, type: jsonb, repeat: array}}", 6, "a.repeat: arrays of jsonb are not possible"),
        (
            "    columns: {a: {path: x, type: jsonb}}\n    indexes: [a]",
            7,
            "indexes.0: a B-tree cannot hold a, which is",
        ),
        ("  other: {record: /shop/o, key: {k: {path: x, type: real}}}", 6, "other.key.k.type: a key cannot be real"),
        ("    columns:\n      ok: x\n      bad: p:x", 8, "the prefix 'p' is not declared"),
        ("    columns: {a: 'x//y'}", 6, "'' is not an element or attribute name"),
        ("    columns: {a: /shop}", 6, "is an element around the records: only its attributes and its name"),
        ("    columns: {a: /other/@x}", 6, "'/other/@x' is in no element around the records"),
        ("    columns: {a: /shop/item/x}", 6, "is inside of the records, where paths are relative"),
        ("    columns: {a: ../../x}", 6, "'../../x' leads out of the document"),
        ("    columns: {a: '../x[@y]'}", 6, "leads around the records, where there are no predicates"),
        ("    columns: {a: {path: ../x, as: markup}}", 6, "stands before the records, where 'as: markup'"),
        ("    columns: {a: ../x}\n  inner: {record: /shop/x/y, key: generated}", 6, "contains records"),
        ("    children: {row: {rows: [a, b/c], columns: {v: ../../d}}}", 6, "from some of the rows only"),
        ("    columns: {_a: x}", 6, "'_a' is not a name"),
        (f"    columns: {{{'a' * 64}: x}}", 6, "longer than 63 bytes"),
        (f"    columns: {{{'ž' * 32}: x}}", 6, "longer than 63 bytes"),
        ("    columns: {id: x}", 6, "column id occurs twice in table item"),
        ("    columns: {a: {path: x, type: integer, repeat: join}}", 6, "only text can be joined"),
        ("    columns: {a: {path: x, enum: ['0'], null_if: '0'}}", 6, "'0' means NULL and is allowed too"),
        ("    columns: {a: {path: x, type: integer, enum: [one]}}", 6, "a.enum: 'one' is not of type integer"),
        ("    columns: {a: {path: x, type: date, minimum: 5}}", 6, "a.minimum: '5' is not of type date"),
        ("    columns: {a: {path: x, type: integer, maximum: 3e9}}", 6, "a.maximum: '3e9' is not of type integer"),
        ("    columns: {a: {path: x, type: boolean, default: yes}}", 6, "a.default: 'yes' is not of type boolean"),
        (
            "    columns: {a: {path: x, type: varchar(2), default: abc}}",
            6,
            "a.default: 'abc' is not of type varchar(2)",
        ),
        ("    columns: {a: {path: x, enum: [b], default: c}}", 6, "a.default: 'c' is none of the values that enum"),
        ('    columns: {a: {path: x, pattern: "(["}}', 6, "a.pattern: PostgreSQL takes no such regular expression"),
        ('    columns: {a: {path: x, pattern: "a)|(b"}}', 6, "the parenthesis at character 2 closes nothing"),
        ("    columns: {a: [x]}", 6, "expected keys with values"),
        ("    ignore: [y]\n    columns: {a: y/@z}", 6, "'y' is ignored and mapped"),
        ("    ignore: ['@id']", 6, "'@id' is ignored and mapped"),
        ("    ignore: [.]", 6, "not an element or attribute below the row"),
        ("    children: {kid: {rows: /a}}", 6, "path '/a' must be relative"),
        ("    children: {kid: {rows: a, columns: {ordinal: .}}}", 6, "column ordinal occurs twice"),
        ("    children: {kid: {rows: a, columns: {item_id: .}}}", 6, "column item_id occurs twice"),
        ("    children:\n      kid: {rows: a}\n      item: {rows: b}", 8, "there are two tables called item"),
        ("    children: {kid: {columns: {a: .}}}", 6, "the key 'rows' is missing"),
        (f"    columns: {{a: {'/'.join('x' * 17)}}}", 3, "is deeper than 16 elements"),
        ("    indexes: [nope]", 6, "table item has no column nope"),
        ("    indexes: [{using: gin}]", 6, "on columns or on an expression"),
        ("    foreign_keys: [{columns: [id], references: nobody}]", 6, "there is no entity 'nobody'"),
        ("    foreign_keys: [{columns: [nope], references: item}]", 6, "table item has no column nope"),
        (
            "    columns: {other: x}\n    foreign_keys:\n      - {columns: [other], references: item}",
            8,
            "must match the key of item (id integer) in number and type",
        ),
        ('    check: "id > 0; drop table item"', 6, "cannot hold"),
        ('    where: "id > 0 -- all"', 6, "cannot hold"),
        ('    where: "id > 0) or (id < 0"', 6, "where: the parentheses of the SQL expression do not match"),
        ('    check: "id > \'0"', 6, "check: a quote is not closed"),
        ('    indexes:\n      - id\n      - expression: "lower(id"', 8, "indexes.1.expression: the parentheses"),
        ("    indexes: [id, {columns: [id], using: hash}]", 6, "indexes.1: there is an index on id already"),
        (
            "    policy: oldest",
            6,
            "policy: expected newest, first, error, keep_all, fill, {latest_by: COLUMN}",
        ),
        (
            "    policy: priority",
            6,
            "policy: priority is no policy any more, as it did what newest does: write policy: newest",
        ),
        ("    policy: latest_by", 6, "policy: expected newest"),
        ("    policy: [newest]", 6, "policy: expected newest"),
        ("    policy: {fill: a}", 6, "policy: expected newest"),
        ("    policy: {latest_by: a, merge: {a: b}}", 6, "policy: expected newest"),
        ("    policy:\n      latest_by: _a", 7, "policy.latest_by: '_a' is not a name"),
        ("    policy:\n      latest_by: day", 7, "table item has no column day beside its key"),
        ("    policy: {latest_by: id}", 6, "table item has no column id beside its key"),
        ("    policy: {merge: {}}", 6, "expected an SQL expression for one column at least"),
        ("    columns: {a: x}\n    policy:\n      merge:\n        a: a\n        b: b", 10, "item has no column b"),
        ("    columns: {a: {path: x, repeat: array}}\n    policy: {merge: {a: a}}", 7, "a is an array, which a policy"),
        ("    columns: {a: {path: x, repeat: array}}\n    policy: {latest_by: a}", 7, "a is an array, which a policy"),
        ("    columns: {a: x}\n    policy: {merge: {a: 'a; b'}}", 7, "policy.merge.a: an SQL expression cannot hold"),
        ("    policy: keep_all\nvisibility: chunk", 7, "visibility: must be load: the policy keep_all of item"),
        ("deletes: all", 6, "deletes: must be one of ignore, delete, mark, not 'all'"),
        ("history: true", 6, "history: must be one of off, on, not 'true'"),
        ("max_delete_pct: 10%", 6, "max_delete_pct: must be a number, not '10%'"),
        ("max_delete_pct: 101", 6, "max_delete_pct: must be a number from 0 to 100, not 101"),
        ("replace_above_pct: nan", 6, "replace_above_pct: must be a finite number"),
        ("  other: {record: /shop/item, key: generated}", 6, "is the same as that of item"),
        ("  other: {record: /shop/item/part, key: generated}", 6, "lie inside those of item"),
        ("  other: {record: /shop, key: generated}", 6, "records of item lie inside those of other"),
        ("  other: {record: shop/other, key: generated}", 6, "must start with '/'"),
        ("  other: {record: /shop/other, key: sku}", 6, "or the word generated"),
        ("  other: {record: /shop/other, key: {}}", 6, "must name at least one column"),
        ("  other: {record: /shop/other, key: generated, policy: fill}", 6, "a generated key has only one"),
        ("max_rejects: 5 percent", 6, "max_rejects: must be a whole number, not '5 percent'"),
        ("chunk_bytes: 16 MiB", 6, "chunk_bytes: must be a size, as 64KB or 16MB, not '16 MiB'"),
        ("keep_old: perhaps", 6, "keep_old: must be true or false, not 'perhaps'"),
        ("snapshot: '(x'", 6, "snapshot: must be a regular expression"),
        ("snapshot: shop_[0-9]+", 6, "must have one group"),
        ("dataset: again", 6, "dataset: occurs twice"),
        ("entities2: {}", 6, "entities2: unknown key"),
        ("x: [1,", 7, "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(added: str, line: int, expected: str) -> None:
    text = complaint(f"{HEAD}{added}\n")
    assert f"shop.yaml, line {line}: " in text
    assert expected in text


def test_all_mistakes_are_listed_in_the_order_of_their_lines() -> None:
    text = complaint(
        """\
dataset: 9
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: int}}
    columns: {a: {path: x, typ: text}}
"""
    )
    assert [line.split(":")[0] for line in text.splitlines()] == [
        "shop.yaml, line 1",
        "shop.yaml, line 5",
        "shop.yaml, line 6",
    ]


@pytest.mark.parametrize(
    "text",
    ["entities: &a {x: *a}\ndataset: d", "dataset: d\nentities: &a\n  <<: *a", "- list", "", "~"],
)
def test_what_is_no_mapping_at_all_is_refused(text: str) -> None:
    assert "shop.yaml, line 1" in complaint(text) or "shop.yaml, line 2" in complaint(text)


def test_aliases_that_multiply_are_refused_quickly() -> None:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(10))}}}" for i in range(1, 9)]
    assert "multiply without end" in complaint("\n".join(lines))


@pytest.mark.parametrize("name", ["loader", "public", "pg_catalog", "d" * 56])
def test_a_dataset_cannot_take_the_name_of_a_schema(name: str) -> None:
    assert "line 1: dataset: " in complaint(HEAD.replace("shop\n", f"{name}\n", 1))


def test_an_unknown_dataset_lists_the_built_in_ones() -> None:
    with pytest.raises(UsageError, match=r"no dataset 'discgos'; did you mean discogs\?\s*built in: discogs"):
        read_dataset("discgos")


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no mapping file"):
        read_dataset(tmp_path / "nothing.yaml")


def test_a_file_that_is_not_utf8_is_a_mapping_error(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"dataset: caf\xe9\n")
    with pytest.raises(MappingError, match=r"latin.yaml: not UTF-8 at byte 12"):
        read_dataset(path)


@pytest.mark.parametrize(("columns", "most"), [(1595, None), (1596, "table item has 1,597 columns")])
def test_a_table_that_no_server_could_make_is_refused(columns: int, most: str | None) -> None:
    text = f"{HEAD}    columns:\n" + "".join(f"      c{number}: x{number}\n" for number in range(columns))
    if most is None:
        assert len(parse_dataset(text).tables[0].columns) == columns
    else:
        assert f"line 3: entities.item: {most}" in complaint(text)


@pytest.mark.parametrize(
    "condition",
    ["a = ')'", "a = E'\\')'", 'a = "("', "a = $x$($x$", "exists (select 1 where (a) = 'it''s')", "a ~ '[(]'"],
)
def test_quoted_parentheses_and_quotes_in_quotes_count_for_nothing(condition: str) -> None:
    dataset = parse_dataset(f"{HEAD}    columns: {{a: x}}\n    where: |-\n      {condition}\n")
    assert dataset.entity("item").where == condition


@pytest.mark.parametrize("name", ["p_load", "p_at"])
def test_parameters_of_as_of_functions_are_no_columns(name: str) -> None:
    with pytest.raises(UsageError, match=rf"line 3: .*cannot be named '{name}': a parameter of row_as_of\(\) is"):
        parse_dataset(
            f"dataset: d\nentities:\n  row:\n    {{record: /a/b, key: {{id: '@id'}}, columns: {{{name}: x}}}}\n"
        )
