"""Records with typed columns, and mappings that read them as text, as their types, or with rules."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BAD_EVERY = 100  # one record of so many has a value that is not of its type

Value = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type, its rules as YAML, and how its values are made."""

    type: str
    rules: str
    value: Value


def _moment(chance: random.Random) -> str:
    day = f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return f"{day}T{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"


_KINDS: Mapping[str, Field] = {
    "small": Field("integer", "minimum: 1, maximum: 5000", lambda chance: str(chance.randrange(1, 900))),
    "large": Field("bigint", "required: true, minimum: 1", lambda chance: str(chance.randrange(10**7, 10**11))),
    "signed": Field("integer", "minimum: -2000000000", lambda chance: str(chance.randrange(-(10**9), 10**9))),
    "degree": Field("numeric", "minimum: -180, maximum: 180", lambda chance: f"{chance.uniform(-180, 180):.7f}"),
    "price": Field("numeric", "minimum: 0", lambda chance: f"{chance.randrange(10**5) / 100:.2f}"),
    "flag": Field("boolean", "required: true", lambda chance: chance.choice(("true", "false"))),
    "day": Field("date", "minimum: 1990-01-01", lambda chance: _moment(chance)[:10]),
    "moment": Field("timestamptz", "required: true", lambda chance: _moment(chance) + "Z"),
    "local": Field("timestamp", "required: true", lambda chance: f"{_moment(chance)}.{chance.randrange(1000):03}"),
    "zoned": Field("timestamptz", "required: true", lambda chance: _moment(chance) + "+02:00"),
    "code": Field("varchar(20)", "pattern: '[A-Z]{2}[0-9]+'", lambda chance: f"AB{chance.randrange(10**6)}"),
    "state": Field("varchar(10)", "enum: [open, closed, lost]", lambda chance: chance.choice(("open", "closed"))),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of records: its columns by name, each an attribute or an element of its own."""

    name: str
    fields: Mapping[str, Field]
    as_attributes: bool

    def write(self, path: Path, records: int, *, bad: bool = False) -> None:
        """Writes a file of records with keys from 1, the same ones for the same arguments."""
        chance = random.Random(records)
        with path.open("w") as file:
            file.write("<dump>\n")
            file.writelines(self._records(chance, records, bad=bad))
            file.write("</dump>\n")

    def mapping(
        self, name: str, *, typed: bool, rules: bool = False, record_rules: bool = False, computed: bool = False
    ) -> str:
        """The YAML of a mapping that reads all columns."""
        mark = "@" if self.as_attributes else ""
        lines = [
            f"dataset: {name}", "entities:", "  item:", "    record: /dump/item",
            f"    key: {{id: {{path: '@id', type: {'bigint' if typed else 'text'}}}}}",
        ]  # fmt: skip
        if record_rules:
            lines += ["    where: id > 0", f"    check: {next(iter(self.fields))} is not null"]
        lines.append("    columns:")
        for column, field in self.fields.items():
            keys = [f"path: '{mark}{column}'", f"type: {field.type if typed else 'text'}"]
            lines.append(f"      {column}: {{{', '.join([*keys, field.rules] if rules else keys)}}}")
        if computed:
            small, degree, code = (self._of(kind) for kind in ("small", "degree", "code"))
            lines += [
                f"      twice: {{type: bigint, expression: {small}::bigint * 2}}",
                f"      size: {{type: numeric, expression: abs({degree})}}",
                f"      digits: {{type: integer, expression: 'substr({code}, 3)::integer'}}",
            ]
        return "\n".join([*lines, ""])

    def _of(self, kind: str) -> str:
        """The first column of a kind."""
        return next(name for name, field in self.fields.items() if field is _KINDS[kind])

    def _records(self, chance: random.Random, records: int, *, bad: bool) -> Iterator[str]:
        columns = list(self.fields)
        for number in range(1, records + 1):
            values = [field.value(chance) for field in self.fields.values()]
            if bad and number % _BAD_EVERY == 0:
                values[chance.choice(_judged(columns, self.fields))] = "not one of them, and too long"
            if self.as_attributes:
                pairs = " ".join(f'{column}="{value}"' for column, value in zip(columns, values, strict=True))
                yield f'<item id="{number}" {pairs}/>\n'
            else:
                below = "".join(f"<{column}>{value}</{column}>" for column, value in zip(columns, values, strict=True))
                yield f'<item id="{number}">{below}</item>\n'


def _judged(columns: Sequence[str], fields: Mapping[str, Field]) -> list[int]:
    return [place for place, column in enumerate(columns) if fields[column].type != "text"]


_NODE = ("small", "large", "degree", "price", "flag", "moment", "signed", "code")
SHAPES = (
    Shape("nodes", {name: _KINDS[name] for name in _NODE}, as_attributes=True),
    Shape(
        "wide",
        {f"{name}{number}": field for number in range(1, 5) for name, field in _KINDS.items()} | {},
        as_attributes=False,
    ),
)
