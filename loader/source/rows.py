"""What records become: rows as COPY text, rejects, and the parts of generated keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loader.mapping.tables import RECORD_BITS

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(fields: Iterable[str | None]) -> bytes:
    """A line of COPY text, with any characters in its fields except NUL, which PostgreSQL's text
    cannot contain. None is NULL.
    """
    return ("\t".join(r"\N" if text is None else text.translate(_ESCAPES) for text in fields) + "\n").encode()


@dataclass(frozen=True, slots=True)
class GeneratedKeys:
    """The parts of the generated keys of a source's records, so that the next edition of its feed has the same keys.

    ``source``: the number of a source of the same feed, chosen by loader.register_source. ``numbers``: for each record
    of this source, its number in that source, if these differ, as in a replay; None: they are equal.
    """

    source: int
    numbers: Sequence[int] | None = None

    def key(self, number: int) -> int:
        """The key of the record with this number, from 1, in this source."""
        return (self.source << RECORD_BITS) + (self.numbers[number - 1] if self.numbers else number)


@dataclass(slots=True)
class Reject:
    """A record that is left out. ``number``: in its source; ``offset``: where it begins. ``length``: in bytes, if
    ``raw`` is only its beginning. ``key``: a value for each column, if its bytes prove it.
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
    """All rows of a chunk as COPY text (columns as in Table.copy_columns), and what could not become rows.

    ``blocks``: rows of records of which every value certainly fits its column and keeps its rules. ``doubts``: those of
    all other records, about which text staging decides. ``counts`` counts both. ``unmapped``: by path, the number of
    occurrences that no mapping reads, and an example. ``seen``: by table, columns that have had their first value.
    ``filtered``: the numbers of records that `where` has left out of ``blocks``.
    """

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    doubts: dict[str, list[bytes]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    unmapped: dict[str, tuple[int, str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)
    filtered: set[int] = field(default_factory=set)

    def add(self, table: str, text: bytes, count: int, seen: Iterable[str] = (), *, doubtful: bool = False) -> None:
        """Adds rows of a table, and columns of it that have had their first value."""
        self.include(
            {} if doubtful else {table: text}, {table: text} if doubtful else {}, {table: count}, {table: seen}
        )

    def include(
        self,
        proven: Mapping[str, bytes],
        doubts: Mapping[str, bytes],
        counts: Mapping[str, int],
        seen: Mapping[str, Iterable[str]],
    ) -> None:
        """Adds rows by table: proven and doubtful ones, how many there are of both, and columns with a first value."""
        for blocks, texts in ((self.blocks, proven), (self.doubts, doubts)):
            for table, text in texts.items():
                blocks.setdefault(table, []).append(text)
        for table, count in counts.items():
            self.counts[table] += count
        for table, columns in seen.items():
            self.seen.setdefault(table, set()).update(columns)

    def doubt_all(self) -> None:
        """Lets text staging decide about all rows."""
        for table, blocks in self.blocks.items():
            self.doubts.setdefault(table, []).extend(blocks)
        self.blocks = {}

    def count_unmapped(self, found: Mapping[str, tuple[int, str]]) -> None:
        """Adds paths that no mapping reads."""
        for path, (count, example) in found.items():
            known, first = self.unmapped.get(path, (0, ""))
            self.unmapped[path] = (known + count, first or example)
