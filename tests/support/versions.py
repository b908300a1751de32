"""Versions of records in several dumps, and a plain oracle of policy newest that knows no chunk and no worker."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

MAPPING = """\
dataset: {dataset}
snapshot: '_(\\d{{8}})'
entities:
  row:
    record: /dump/row
    key: {{id: {{path: "@id", type: integer}}}}
    columns: {{name: name}}
    children:
      row_item:
        rows: items/i
        columns: {{text: "."}}
"""

Content: TypeAlias = tuple[str, tuple[str, ...]]  # name, items
State: TypeAlias = dict[int, Content]
NAMES = ("ebb", "flood", "slack")


@dataclass(frozen=True)
class Dump:
    """A file: its records in their order."""

    name: str
    records: tuple[tuple[int, Content], ...]

    @property
    def data(self) -> bytes:
        """The file."""
        rows = (
            f'<row id="{key}"><name>{name}</name><items>{"".join(f"<i>{item}</i>" for item in items)}</items></row>\n'
            for key, (name, items) in self.records
        )
        return f"<dump>\n{''.join(rows)}</dump>\n".encode()

    def rank(self, record: int, priority: int) -> tuple[object, ...]:
        """What makes its record win over another version; the snapshot stands in the name."""
        day = self.name.partition("_")[2][:8]
        return priority, day, self.name, hashlib.sha256(self.data).hexdigest(), record


@dataclass
class Oracle:
    """The tables after some loads, and the counts of the last one."""

    versions: dict[int, tuple[tuple[object, ...], Content]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """What the tables hold."""
        return {key: content for key, (_, content) in self.versions.items()}

    def merge(self, dumps: Sequence[Dump], priority: int = 0) -> None:
        """A load into what is there: the newest version of a key wins; what is there already is unchanged."""
        found: dict[int, list[tuple[tuple[object, ...], Content]]] = {}
        for dump in dumps:
            for record, (key, content) in enumerate(dump.records, start=1):
                found.setdefault(key, []).append((dump.rank(record, priority), content))
        read = sum(len(dump.records) for dump in dumps)
        self.counts = {"read": read, "inserted": 0, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": 0}
        for key, versions in found.items():
            newest = max(versions)
            self.counts["duplicate"] += len(versions) - 1
            before = self.versions.get(key)
            if before is None:
                outcome = "inserted"
            elif before[1] == newest[1]:
                outcome = "unchanged"
            else:
                outcome = "updated" if newest[0] > before[0] else "duplicate"
            self.counts[outcome] += 1
            if before is None or newest[0] > before[0]:
                self.versions[key] = newest

    def replace(self, dumps: Sequence[Dump], priority: int = 0) -> None:
        """A load that builds the tables anew."""
        self.versions = {}
        self.merge(dumps, priority)


def dumps_before(seed: int, keys: int = 24) -> list[Dump]:
    """A first state: every other key twice, in one file or over two."""
    chance = random.Random(seed)
    records = [(key, _content(chance)) for key in range(1, keys + 1) for _ in range(1 + key % 2)]
    chance.shuffle(records)
    half = len(records) // 2
    return [Dump("a_20260101.xml", tuple(records[:half])), Dump("b_20260101.xml", tuple(records[half:]))]


def dumps_after(seed: int, before: Mapping[int, Content], *, reverting: bool, keys: int = 32) -> list[Dump]:
    """A refresh in three files over the same keys: versions that are new, come twice, or are as before.

    ``reverting``: also keys that come several times, and as before in one of them.
    """
    chance = random.Random(-1 - seed)
    result = []
    times = {key: [chance.choice((0, 1, 1, 2)) for _ in range(3)] for key in range(1, keys + 1)}
    for place, name in enumerate(("a_20260201.xml", "b_20260201.xml", "c_20251201.xml")):
        records = []
        for key in range(1, keys + 1):
            for _ in range(times[key][place]):
                may = reverting or sum(times[key]) == 1
                as_before = before.get(key) if may and chance.random() < 0.5 else None
                records.append((key, as_before or _other(chance, before.get(key))))
        chance.shuffle(records)
        result.append(Dump(name, tuple(records)))
    return result


def write(folder: Path, dumps: Sequence[Dump]) -> list[Path]:
    """The files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / dump.name for dump in dumps]
    for path, dump in zip(paths, dumps, strict=True):
        path.write_bytes(dump.data)
    return paths


def _other(chance: random.Random, than: Content | None) -> Content:
    while (content := _content(chance)) == than:
        pass
    return content


def _content(chance: random.Random) -> Content:
    return chance.choice(NAMES), tuple(chance.choice(NAMES) for _ in range(chance.randrange(4)))
