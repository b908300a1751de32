"""What records become: rows as COPY text, rejects, and what generated keys are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loader.mapping.tables import RECORD_BITS

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(fields: Iterable[str | None]) -> bytes:
    """A line of COPY text, with any characters in its fields but NUL, which no text of PostgreSQL has. None is NULL."""
    return ("\t".join(r"\N" if text is None else text.translate(_ESCAPES) for text in fields) + "\n").encode()


@dataclass(frozen=True, slots=True)
class GeneratedKeys:
    """What the generated keys of a source's records are made of, so that the next issue of the source has the same.

    ``source``: number of the source whose issue this is, as loader.register_source chose it. ``numbers``: by place in
    this source the number that each record has in that one, where these differ, as in a replay; None: they are equal.
    """

    source: int
    numbers: Sequence[int] | None = None

    def key(self, number: int) -> int:
        """The key of the record that has this number, from 1, in this source."""
        return (self.source << RECORD_BITS) + (self.numbers[number - 1] if self.numbers else number)


@dataclass(slots=True)
class Reject:
    """A record that is left out. ``number``: in its source; ``offset``: where it begins. ``length``: in bytes, where
    ``raw`` is only its beginning. ``key``: as its bytes prove it, a value for each column.
    """

    number: int
    offset: int | None
    reason: str
    message: str
    raw: bytes
    entity: str
    length: int | None = None
    key: dict[str, str | int] | None = None


@dataclass(slots=True)
class Rows:
    """All rows of a chunk as COPY text (columns as Table.copy_columns says), ``counts`` of them by table, and what
    could not become rows.

    ``clean``: every typed value surely fits its column; otherwise the server finds out which does. ``unmapped``: by
    path, how often what no mapping reads was there, and an example. ``seen``: by table, columns that have had their
    first value.
    """

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    unmapped: dict[str, tuple[int, str]] = field(default_factory=dict)
    clean: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def add(self, table: str, text: bytes, count: int, seen: Iterable[str] = ()) -> None:
        """Takes rows of a table, and columns of it that have had their first value."""
        self.blocks.setdefault(table, []).append(text)
        self.counts[table] += count
        self.seen.setdefault(table, set()).update(seen)

    def count_unmapped(self, found: Mapping[str, tuple[int, str]]) -> None:
        """Adds what no mapping reads."""
        for path, (count, example) in found.items():
            known, first = self.unmapped.get(path, (0, ""))
            self.unmapped[path] = (known + count, first or example)
