"""What the mapping language refuses of recursive tables, each with its line."""

from __future__ import annotations

import pytest

from loader.errors import MappingError
from loader.mapping.read import parse_dataset

HEAD = """\
dataset: t
entities:
  r:
    record: /d/r
    key: {id: "@id"}
"""


@pytest.mark.parametrize(
    ("entity", "line", "expected"),
    [
        ("children: {n: {rows: ., recursive: true}}", 6, "n.recursive: the path '.' leads from a row to itself"),
        ("children: {n: {rows: n, recursive: .}}", 6, "n.recursive: the path '.' leads from a row to itself"),
        ("children:\n      n:\n        rows: n\n        recursive: /n", 9, "path '/n' must be relative"),
        ("children:\n      n:\n        rows: n\n        recursive: [a]", 9, "expected true, or the path"),
        ("children:\n      n:\n        rows: n\n        recursive: p:n", 9, "the prefix 'p' is not declared"),
        ("children: {n: {rows: n, recursive: true, columns: {depth: d}}}", 6, "a recursive table has a column depth"),
        (
            "children: {n: {rows: n, recursive: true, columns: {parent_ordinal: d}}}",
            6,
            "n.columns.parent_ordinal: a recursive table has a column parent_ordinal of its own",
        ),
        (
            "children: {n: {rows: n, recursive: true, columns: {up: ../@x}}}",
            6,
            "'../@x' leads out of the row of n; parent_ordinal names the row around it",
        ),
        (
            "children: {n: {rows: a/n, recursive: true, children: {m: {rows: m, columns: {up: ../../@x}}}}}",
            6,
            "'../../@x' leads out of the row of n",
        ),
        ("children: {n: {rows: n, recursive: true, columns: {a: n/@a}}}", 6, "'n' leads into the rows inside of a row"),
        ("children: {n: {rows: n, recursive: true, children: {m: {rows: n}}}}", 6, "'n' leads into the rows inside"),
        (
            "columns: {a: n/b/n/c}\n    children: {n: {rows: n, recursive: b/n}}",
            7,
            "'n/b/n/c', which r reads, is inside of the rows of n",
        ),
        ("children: {n: {rows: n, recursive: true}, m: {rows: n/n/x}}", 6, "'n/n/x', which m reads, is inside of"),
        ("children: {n: {rows: n, recursive: true}, m: {rows: n, recursive: true}}", 6, "'n/n', which m reads, is"),
        (
            "children: {n: {rows: n, recursive: true, split: ','}}",
            6,
            "is not possible with 'split', which makes rows of a text",
        ),
        ("ignore: [/d/r/n//x]\n    children: {n: {rows: m, recursive: true}}", 6, "no table reads a tree at /d/r/n"),
        ("ignore: [/d/r/n//n]\n    children: {n: {rows: n, recursive: true}}", 7, "'n' is ignored and mapped"),
        ("ignore: [/d]", 6, "'/d' contains records"),
        ("ignore: [/d/r]", 6, "is not an element or attribute below the row"),
        ("ignore: [/d/r/@id]", 6, "'/d/r/@id' is ignored and mapped"),
        ("ignore: [/d/@x]", 6, "is an attribute around the records, which is never reported"),
        ("ignore: [/d/info]\n    columns: {i: /d/info/x}", 6, "'/d/info' is ignored and mapped"),
        ("children: {n: {rows: n, ignore: [/d/r/x]}}", 6, "'/d/r/x' is not an element or attribute below the row"),
        (
            "children: {n: {rows: n, recursive: true, where: id > 1}}",
            6,
            "is not possible with 'where', which leaves out rows",
        ),
        ("children: {n: {rows: n, recursive: true, first_by: id}}", 6, "is not possible with 'first_by', which leaves"),
        ("children: {n: {rows: n, recursive: a/n, ignore: [a]}}", 6, "'a' is ignored and mapped"),
        ("policy: fill\n    children: {n: {rows: n, recursive: true}}", 7, "is not possible with the policy fill"),
        (f"children: {{n: {{rows: n, recursive: {'/'.join('abcdefghijklmnopq')}}}}}", 3, "is deeper than 16 elements"),
    ],
)
def test_a_tree_that_cannot_be_meant_is_refused_with_its_line(entity: str, line: int, expected: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_dataset(f"{HEAD}    {entity}\n", name="t.yaml")

    assert f"t.yaml, line {line}: " in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "entity",
    [
        "children: {n: {rows: n, recursive: false, columns: {depth: d, up: ../@x}}}",
        "children: {n: {rows: n, recursive: \"n[@k='a']\", children: {m: {rows: \"n[@k='b']\"}}}}",
        "children: {n: {rows: n, recursive: true, children: {m: {rows: a/m, columns: {up: ../@x, n: ../../@y}}}}}",
        "policy: keep_all\n    children: {n: {rows: n, recursive: true}}",
        "columns: {all: n}\n    children: {n: {rows: n, recursive: true}}",
    ],
)
def test_other_trees_are_possible(entity: str) -> None:
    assert parse_dataset(f"{HEAD}    {entity}\n").table("n").ordinals == ("ordinal",)
