"""Whatever a mapping holds stays where a template puts it: every interpolation goes through a filter, but for a few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import nodes

from loader.config.resources import directory
from loader.mapping.read import parse_dataset
from loader.mapping.tables import Column
from loader.render.script import environment, render

TEMPLATES = sorted((directory("sql") / "dataset").rglob("*.sql"))

# Names of datasets, entities and tables, in comments and in texts about them: `check_names` has judged them.
NAMES = {"dataset.name", "root.name", "table.name", "target", "build", "destination", "entity.policy.name"}
# What templates say themselves, or number.
OWN = {"loop.index", "place", "way", "undecidable"}
# SQL that the mapping is free to write (`computation`, too); and what render.casts makes of constants and identifiers.
SQL = {
    "entity.where",
    "table.where",
    "table.order_of_rows",
    "rule",
    "expression",
    "index.expression",
    "fault.value",
    "fault.message",
    "message",
}
# The names and types of columns that the template itself lists.
LISTED = {
    "create_history.sql": {"name", "kind"},
    "create_decision_table.sql": {"name"},
    "create_version_table.sql": {"name"},
}

# Filters that quote, or make SQL of names that they quote; and those that make lists of such.
QUOTING = {
    "ident", "idents", "literal", "sentence", "json", "matches", "into", "record_id", "record_number", "belongs",
    "stored", "type", "keys_declared", "winner_first", "computation",
}  # fmt: skip
LISTS = {
    "quoted", "compared", "declared", "typed", "added", "data_columns", "cast_columns", "fields", "same", "written",
    "updated", "ordered", "computed", "composed", "typed_names",
}  # fmt: skip


def path_of(node: nodes.Node) -> str:
    """`a.b` as it is written; '' for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    return f"{path_of(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else ""


def is_own(node: nodes.Node | None) -> bool:
    """Whether it is only what the template says."""
    if isinstance(node, nodes.CondExpr):
        return is_own(node.expr1) and is_own(node.expr2)
    if isinstance(node, nodes.Add):
        return is_own(node.left) and is_own(node.right)
    return node is None or isinstance(node, nodes.Const) or path_of(node) in OWN


def is_filtered(node: nodes.Node) -> bool:
    """Whether a filter that quotes is the last that changes it: laying out and indenting leave it as it is."""
    if not isinstance(node, nodes.Filter):
        return False
    if node.name in {"join", "lines", "filled"}:
        return is_list(node.node)
    if node.name == "indent":
        return path_of(node.node or node) in {"condition", "fault.broken", "fault.message"}
    return node.name in QUOTING


def is_list(node: nodes.Node | None) -> bool:
    """Whether all of its items are made safe."""
    if isinstance(node, nodes.Add):
        return is_list(node.left) and is_list(node.right)
    if isinstance(node, nodes.List):
        return all(isinstance(item, nodes.Const) for item in node.items)
    if not isinstance(node, nodes.Filter):
        return False
    if node.name == "map":
        return all(isinstance(item, nodes.Const) and item.value in QUOTING for item in node.args)
    return node.name in LISTS


def bare(template: str, source: str) -> Iterator[str]:
    """Interpolations of a template that nothing makes safe."""
    allowed = NAMES | SQL | LISTED.get(template, set())
    for output in environment().parse(source).find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData) or is_own(node) or is_filtered(node) or path_of(node) in allowed:
                continue
            yield f"{template}, line {node.lineno}: {path_of(node) or node}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_interpolation_goes_through_a_filter(path: Path) -> None:
    assert list(bare(path.name, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "format('{{ entity.policy.column }}: %s')", "{{ column.name }}", "{{ 'a' if x else column.name }}",
        "{{ root.primary_key | join(', ') }}",
        "{{ root | names | lines(4) }}", "{{ name }}", "{{ column.name | indent }}", "{{ column.name | upper }}",
    ],
)  # fmt: skip
def test_a_bare_interpolation_is_found(source: str) -> None:
    assert len(list(bare("some.sql", source))) == 1


MAPPING = "dataset: d\nentities: {e: {record: /r/e, key: {id: '@id'}, columns: {a: '@a'}, children: {c: {rows: x}}}}\n"


def test_names_and_types_that_were_never_judged_are_refused() -> None:
    dataset = parse_dataset(MAPPING)
    root, child = dataset.tables
    for broken in (
        replace(dataset, name="d'"),
        replace(dataset, tables=(replace(root, name="e\n;"), child)),
        replace(dataset, tables=(root, replace(child, name='c"'))),
        replace(dataset, tables=(replace(root, columns=(Column("a", "text; drop"),)), child)),
        replace(dataset, tables=(replace(root, columns=(Column("a'"),)), child)),
    ):
        with pytest.raises(ValueError, match="is not a"):
            render(broken)
