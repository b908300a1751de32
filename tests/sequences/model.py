"""A plain model of the tables after any sequence of loads. It knows files, dates, priorities and policies, and nothing
of chunks, SQL or what is there already: the rows of a key are derived from what all loads that count have said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

Item: TypeAlias = tuple[str, str | None, tuple[str, ...]]  # text, weight as it is spelled, notes
Rank: TypeAlias = tuple[int, str, str, int]  # priority, date, name, record: the larger one goes first

UNREADABLE = ("no key", "bad key")  # faults after which a record belongs to no key


@dataclass(frozen=True)
class Content:
    """What a record says."""

    name: str | None
    price: str | None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Record:
    """A record of a file. ``fault``: why it is no row: "hidden" (left out by where), or how it is broken."""

    entity: str
    key: int
    content: Content
    fault: str = ""

    @property
    def is_unreadable(self) -> bool:
        """Whether not even its key can be read."""
        return self.fault in UNREADABLE


@dataclass(frozen=True)
class File:
    """An edition of a feed. ``day``: none without a date. ``entities``: those that it is a dump of."""

    feed: str
    day: str
    entities: tuple[str, ...]
    records: tuple[tuple[int, Record], ...]  # with their numbers
    replay: int = 0  # which replay of rejects of the file it is, not of the file itself

    @property
    def name(self) -> str:
        """As it sorts."""
        return (f"{self.feed}_{self.day}.xml" if self.day else f"{self.feed}.xml") + (
            f".replay-{self.replay:05}" if self.replay else ""
        )

    def of(self, entity: str, key: object, *, numbered: bool) -> list[tuple[int, Record]]:
        """Its records of a key, but for those that are left out."""
        found = [(n, r) for n, r in self.records if r.entity == entity and r.fault != "hidden"]
        if numbered:
            return [(n, r) for n, r in found if (self.feed, n) == key]
        return [(n, r) for n, r in found if r.key == key and not r.is_unreadable]


@dataclass(frozen=True)
class Load:
    """A load that is done. ``deletes``: whether it was one of whole snapshots."""

    number: int
    files: tuple[File, ...]
    priority: int
    deletes: bool
    replaces: bool

    def of(self, entity: str) -> list[File]:
        """Its files of an entity."""
        return [file for file in self.files if entity in file.entities]

    def is_complete(self, entity: str) -> bool:
        """Whether what it does not hold is gone."""
        files = self.of(entity)
        return self.deletes and bool(files) and all(file.day and not file.replay for file in files)

    def age(self, entity: str) -> tuple[int, str]:
        """Of its oldest file."""
        return min((self.priority, file.day) for file in self.of(entity))

    def stance(self, entity: str, key: object, *, numbered: bool) -> str:
        """What it says of a key: valid, rejected, or absent."""
        faults = {r.fault for file in self.of(entity) for _, r in file.of(entity, key, numbered=numbered)}
        return "valid" if "" in faults else "rejected" if faults else "absent"


@dataclass(frozen=True)
class Version:
    """What one record said of a key."""

    load: Load
    file: File
    record: int
    content: Content

    @property
    def rank(self) -> Rank:
        """In conflict order."""
        return self.load.priority, self.file.day, self.file.name, self.record


@dataclass(frozen=True)
class Row:
    """A row with its children. ``gone``: since when, where rows are marked."""

    content: Content
    gone: str = ""


@dataclass
class Model:
    """``policies``: by entity; "generated" for records without a key. ``marks``: rows that are gone stay, marked."""

    policies: dict[str, str]
    marks: bool = False
    loads: list[Load] = field(default_factory=list)

    def rows(self, entity: str) -> dict[object, list[Row | None]]:
        """By key, what the table may hold: one row or none, but where the pages leave it open."""
        found = {key: self._row(entity, key) for key in self._keys(entity)}
        return {key: rows for key, rows in found.items() if rows != [None]}

    def _keys(self, entity: str) -> set[object]:
        numbered = self.policies[entity] == "generated"
        return {
            (file.feed, number) if numbered else record.key
            for load in self.loads
            for file in load.of(entity)
            for number, record in file.records
            if record.entity == entity and not record.fault
        }

    def _row(self, entity: str, key: object) -> list[Row | None]:
        policy = self.policies[entity]
        numbered = policy == "generated"
        said = list(self._said(entity, key, numbered=numbered))
        live = [version for version in said if not any(self._overruling(version, entity, key, policy))]
        if not live and self.marks:
            return self._marked(said, entity, key, numbered=numbered)
        content = RULES[policy](live) if live else None
        return [content and Row(content)]

    def _said(self, entity: str, key: object, *, numbered: bool) -> Iterator[Version]:
        for load in self.loads:
            for file in load.of(entity):
                for number, record in file.of(entity, key, numbered=numbered):
                    if not record.fault:
                        yield Version(load, file, number, record.content)

    def _overruling(self, version: Version, entity: str, key: object, policy: str) -> Iterator[Load]:
        """The loads that have decided that a version does not count: all but those that rejected the key's record."""
        numbered = policy == "generated"
        for other in self.loads:
            if other is version.load or not other.of(entity):
                continue
            if self._has_decided(other, version, entity, key, numbered=numbered) and (
                _replaces(other, version)
                or (
                    not self._is_forgotten(other, version, entity)
                    and (
                        self._is_newer(other, version, entity)
                        or (numbered and _has_newer_edition(other, version, entity))
                    )
                )
            ):
                yield other

    def _has_decided(self, other: Load, version: Version, entity: str, key: object, *, numbered: bool) -> bool:
        """Whether a load says anything of a key: it lacks the record or has it, if only since a replay of it."""
        stance = other.stance(entity, key, numbered=numbered)
        if stance == "rejected":
            return any(
                replay.replay and replay.feed == file.feed and replay.day == file.day
                and load.priority == other.priority and (load.number > other.number or not other.replaces)
                and any(not record.fault for _, record in replay.of(entity, key, numbered=numbered))
                for load in self.loads
                for replay in load.of(entity)
                for file in other.of(entity)
            )  # fmt: skip
        return stance == "absent" or bool(version.file.day) or self._has_live(other, entity, key, numbered=numbered)

    def _has_live(self, load: Load, entity: str, key: object, *, numbered: bool) -> bool:
        """Whether what a load says of a key counts: only then it decides about files without a date."""
        policy = self.policies[entity]
        said = [version for version in self._said(entity, key, numbered=numbered) if version.load is load]
        return any(not version.file.day or not any(self._overruling(version, entity, key, policy)) for version in said)

    def _is_forgotten(self, other: Load, version: Version, entity: str) -> bool:
        """Whether a replace stands between both: what was decided before it does not count after it."""
        return any(
            load.replaces and load.of(entity) and other.number < load.number <= version.load.number
            for load in self.loads
        )

    def _is_newer(self, other: Load, version: Version, entity: str) -> bool:
        """Whether it is a newer whole snapshot. A file without a date is older than those that are loaded after it, but
        for dumps that come late themselves.
        """
        if not other.is_complete(entity) or (version.load.priority, version.file.day) >= other.age(entity):
            return False
        return bool(version.file.day) or (
            version.load.number < other.number
            and not any(
                load.is_complete(entity) and load.number < other.number and other.age(entity) < load.age(entity)
                for load in self.loads
            )
        )

    def _marked(self, said: Sequence[Version], entity: str, key: object, *, numbered: bool) -> list[Row | None]:
        """A record that is gone stays; the pages say for certain only what is so when the dumps came in their order."""
        replaces = [load for load in self.loads if load.replaces and load.of(entity)]
        left = [v for v in said if not any(
            r.number > v.load.number and r.stance(entity, key, numbered=numbered) != "rejected" for r in replaces
        )]  # fmt: skip
        if not left:
            return [None]
        newest = max(left, key=lambda version: version.rank)
        since = sorted(
            load.age(entity)
            for load in self.loads
            if load.is_complete(entity) and load.stance(entity, key, numbered=numbered) == "absent"
        )
        order = [load.age(entity) for load in self.loads if load.of(entity)]
        if order == sorted(order) and not replaces[1:]:
            first = [age for age in since if age > (newest.load.priority, newest.file.day)][:1]
            return [Row(newest.content, day) for _, day in first]
        return [None, *(Row(version.content, day) for version in left for _, day in since)]


def _replaces(other: Load, version: Version) -> bool:
    return other.replaces and other.number > version.load.number


def _has_newer_edition(other: Load, version: Version, entity: str) -> bool:
    return any(
        file.feed == version.file.feed
        and not file.replay
        and (other.priority, file.day, file.name) > (version.load.priority, version.file.day, version.file.name)
        for file in other.of(entity)
    )


def _newest(versions: Sequence[Version]) -> Content:
    return max(versions, key=lambda version: version.rank).content


def _first(versions: Sequence[Version]) -> Content:
    best = max(version.load.priority for version in versions)
    ranked = [v for v in versions if v.load.priority == best]
    return min(ranked, key=lambda v: (v.file.day, v.file.name, v.record)).content


def _latest(versions: Sequence[Version]) -> Content:
    def value(version: Version) -> tuple[bool, str]:
        return version.content.name is not None, version.content.name or ""

    largest = max(map(value, versions))
    return _newest([version for version in versions if value(version) == largest])


def _feeds(versions: Sequence[Version]) -> list[Content]:
    """One version a feed, its newest; the best feed first."""
    newest: dict[str, Version] = {}
    for version in sorted(versions, key=lambda version: version.rank):
        newest.pop(version.file.feed, None)
        newest[version.file.feed] = version
    return [version.content for version in reversed(newest.values())]


def _agreed(versions: Sequence[Version]) -> Content | None:
    found = _feeds(versions)
    return found[0] if len({_as_numbers(content) for content in found}) == 1 else None


def _as_numbers(content: Content) -> object:
    """What it says, however its numbers are spelled."""
    price = content.price and Decimal(content.price)
    items = tuple((text, weight and Decimal(weight), notes) for text, weight, notes in content.items)
    return content.name, price, items


def _filled(versions: Sequence[Version]) -> Content:
    found = _feeds(versions)
    items = []
    for place in range(max(len(content.items) for content in found)):
        there = [content.items[place] for content in found if len(content.items) > place]
        count = max(len(item[2]) for item in there)
        notes = tuple(next(item[2][n] for item in there if len(item[2]) > n) for n in range(count))
        items.append((there[0][0], there[0][1], notes))
    return Content(
        next((content.name for content in found if content.name is not None), None),
        next((content.price for content in found if content.price is not None), None),
        tuple(items),
    )


def _merged(versions: Sequence[Version]) -> Content:
    names = [content.name for content in _feeds(versions) if content.name is not None]
    filled = _filled(versions)
    return Content(" + ".join(names) if names else None, filled.price, filled.items)


RULES: dict[str, Callable[[Sequence[Version]], Content | None]] = {
    "newest": _newest, "generated": _newest, "keep_all": _newest, "first": _first, "latest_by": _latest,
    "error": _agreed, "fill": _filled, "merge": _merged,
}  # fmt: skip
