"""Mappings made at random: tables in tables, also over the same elements, with all that a column may say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

NAMESPACE = "urn:data"
TAGS = ("a", "b", "c")
ATTRIBUTES = ("x", "y")
# `{p}` is where the prefix of a namespace stands.
PREDICATES = ("[@x]", "[not(@x)]", "[@x='7']", "[@y!='7']", "[{p}b='7']", "[1]", "[2]", "[last()]", "[@x][last()]")
TYPES = ("text",) * 6 + ("integer", "integer", "numeric", "boolean", "date", "varchar(4)")


@dataclass(frozen=True)
class Column:
    """A column; ``around``: the depth of the element around the records whose attribute `n` it is, None: of the row."""

    name: str
    steps: tuple[str, ...] = ()
    attribute: str | None = None
    around: int | None = None
    type: str = "text"
    repeat: str = "error"
    null_if: str | None = None
    default: str | None = None
    trim: bool = False
    required: bool = False
    on_error: str = "reject"
    read_as: str = "text"

    @property
    def is_text(self) -> bool:
        """Whether '' is a value."""
        return self.type == "text" or self.type.startswith("varchar")


@dataclass(frozen=True)
class Table:
    """A child table."""

    name: str
    rows: tuple[str, ...]
    columns: list[Column]
    children: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Entity:
    """An entity with documents of its own root element, and a root table."""

    name: str
    record: tuple[str, ...]
    key: list[Column]
    root: Table
    namespaced: bool
    plain: bool
    files: str  # the pattern of the names of its files
    where: str | None = None  # a column that is not NULL, else the record is left out
    check: str | None = None  # a column that is not NULL, else the record is rejected

    def tables(self) -> Iterator[tuple[Table, ...]]:
        """Each table behind those above it, the root table first."""
        stack: list[tuple[Table, ...]] = [(self.root,)]
        while stack:
            line = stack.pop()
            yield line
            stack += [(*line, child) for child in line[-1].children]


def make_entity(chance: random.Random, name: str, files: str) -> Entity:
    """An entity of a random form, in files whose names fit a pattern."""
    record = (name, *chance.choice(((), (), ("g",))), "r")
    maker = _Maker(chance, name, len(record) - 1)
    root = Table(name, (), maker.columns(4), [maker.table(depth=1) for _ in range(chance.choice((0, 1, 1, 2, 2, 3)))])
    key = [Column("k", attribute="id", type=chance.choice(("integer", "text")))]
    if chance.random() < 0.3:
        key = [Column("k", ("k",), type="integer", repeat=chance.choice(("first", "last", "error")))]
    if chance.random() < 0.2:
        key.append(Column("n", attribute="n", around=chance.randrange(len(record) - 1), default="none"))
    names = [column.name for column in root.columns if not column.default]
    where = chance.choice(names) if names and chance.random() < 0.2 else None
    check = chance.choice(names) if names and chance.random() < 0.2 else None
    return Entity(name, record, key, root, chance.random() < 0.2, chance.random() < 0.6, files, where, check)


class _Maker:
    """Makes tables and columns of one entity, each with a name of its own."""

    def __init__(self, chance: random.Random, name: str, around: int) -> None:
        self.chance, self.name, self.around, self.number = chance, name, around, 0

    def table(self, depth: int) -> Table:
        self.number += 1
        name = f"{self.name}_t{self.number}"
        rows = self.steps(1)
        inner = [self.table(depth + 1)] if depth < 3 and self.chance.random() < 0.4 else []
        return Table(name, rows, self.columns(2), inner)

    def columns(self, most: int) -> list[Column]:
        return [self.column() for _ in range(self.chance.randint(0, most))]

    def steps(self, least: int) -> tuple[str, ...]:
        chance = self.chance
        return tuple(
            chance.choice(TAGS) + (chance.choice(PREDICATES) if chance.random() < 0.15 else "")
            for _ in range(max(least, chance.choice((0, 1, 1, 1, 2))))
        )

    def column(self) -> Column:
        chance = self.chance
        self.number += 1
        kind = chance.choice(TYPES)
        repeats = ["error", "first", "last", "first", "last", "array", *(["join"] if kind == "text" else [])]
        around = chance.randrange(self.around) if chance.random() < 0.1 else None
        array = (repeat := chance.choice(repeats)) == "array"
        if chance.random() < 0.1:
            return Column(
                f"c{self.number}", self.steps(0), chance.choice((None, *ATTRIBUTES)), type="boolean", repeat="last",
                default="false", read_as="exists",
            )  # fmt: skip
        column = Column(
            f"c{self.number}",
            steps=() if around is not None else self.steps(0),
            attribute="n" if around is not None else chance.choice((None, None, *ATTRIBUTES)),
            around=around,
            type=kind,
            repeat=repeat,
            null_if=chance.choice(("7", "")) if chance.random() < 0.15 else None,
            default="1" if chance.random() < 0.15 and not array and kind != "date" else None,
            trim=chance.random() < 0.15,
            required=chance.random() < 0.05,
            on_error="null" if chance.random() < 0.6 and kind != "text" else "reject",
        )
        is_element = column.attribute is None
        return replace(column, read_as="own_text") if is_element and chance.random() < 0.15 else column


def as_yaml(dataset: str, entities: list[Entity]) -> str:
    """The mapping of some entities; JSON is YAML."""
    return json.dumps(
        {
            "dataset": dataset,
            "documents": "many",
            "snapshot": "_([0-9]{8})",
            "max_rejects": "1000000",
            "namespaces": {"p": NAMESPACE},
            "entities": {entity.name: _entity(entity) for entity in entities},
        },
        indent=1,
    )


def _entity(entity: Entity) -> dict[str, object]:
    written: dict[str, object] = {
        "record": "/" + "/".join(_names(entity, entity.record)),
        "files": entity.files,
        "key": {column.name: _column(entity, column) for column in entity.key},
        **_table(entity, entity.root),
    }
    if entity.where:
        written["where"] = f"{entity.where} is not null"
    if entity.check:
        written["check"] = f"{entity.check} is not null"
    return written


def _table(entity: Entity, table: Table) -> dict[str, object]:
    written: dict[str, object] = {"columns": {column.name: _column(entity, column) for column in table.columns}}
    if table.rows:
        written["rows"] = "/".join(_names(entity, table.rows))
    if table.children:
        written["children"] = {child.name: _table(entity, child) for child in table.children}
    return written


def _column(entity: Entity, column: Column) -> dict[str, object]:
    end = [f"@{column.attribute}"] if column.attribute else []
    path = "/".join([*_names(entity, column.steps), *end]) or "."
    if column.around is not None:
        path = "/" + "/".join([*_names(entity, entity.record[: column.around + 1]), *end])
    if column.read_as == "exists":
        return {"path": path, "as": "exists"}
    written: dict[str, object] = {"path": path, "type": column.type, "repeat": column.repeat, "as": column.read_as}
    written |= {} if column.null_if is None else {"null_if": column.null_if}
    written |= {} if column.default is None else {"default": column.default}
    written |= {"trim": True} if column.trim else {}
    written |= {"required": True} if column.required else {}
    return written | ({"on_error": "null"} if column.on_error == "null" else {})


def _names(entity: Entity, steps: tuple[str, ...]) -> list[str]:
    prefix = "p:" if entity.namespaced else ""
    return [prefix + step.replace("{p}", prefix) for step in steps]
