"""Mappings, files and random sequences of commands over them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from tests.sequences.model import UNREADABLE, Content, File, Item, Record

_T = TypeVar("_T")

KEYS = 5
NAMES = (None, "", "cup", "jug", "Jug")
PRICES = (None, "1", "1.0", "2.50")
ITEMS: tuple[Item, ...] = (("x", None, ()), ("x", "1", ("n",)), ("x", "1.0", ("n", "m")), ("y", "2", ("m",)))
FAULTS = ("hidden", "price", "price", "child", "malformed", "no key", "bad key")
FEEDS = {"ann": "a", "at": "a", "bob": "b", "duet": "ab", "duo": "ab", "ahem": "a", "dim": "ab"}
UNDATED = ("ahem", "dim")
DAYS = ("20260101", "20260201", "20260301", "20260401")


@dataclass(frozen=True)
class Config:
    """A mapping: the policies of both entities, and settings."""

    a: str
    b: str
    deletes: str = "ignore"
    history: str = "off"
    visibility: str = "load"

    @property
    def policies(self) -> dict[str, str]:
        """By entity."""
        return {"a": self.a, "b": self.b}

    def mapping(self) -> str:
        """As YAML."""
        return (
            f"dataset: odd\nsnapshot: '_(\\d{{8}})'\nmax_delete_pct: 100\nmax_rejects: 100%\ndeletes: {self.deletes}\n"
            f"history: {self.history}\nvisibility: {self.visibility}\nentities:\n"
            + "".join(_entity(name, policy) for name, policy in self.policies.items())
        )


CONFIGS = (
    Config("newest", "generated", "delete", "off", "load"),
    Config("newest", "generated", "delete", "on", "load"),
    Config("newest", "generated", "ignore", "on", "load"),
    Config("newest", "generated", "delete", "off", "chunk"),
    Config("newest", "generated", "mark", "on", "load"),
    Config("newest", "newest", "mark", "off", "chunk"),
    Config("fill", "keep_all", "delete", "on", "load"),
    Config("error", "merge", "delete", "off", "load"),
    Config("first", "latest_by", "ignore", "on", "load"),
    Config("keep_all", "error", "ignore", "on", "load"),
    Config("merge", "fill", "mark", "off", "load"),
    Config("first", "generated", "ignore", "off", "chunk"),
    Config("error", "generated", "delete", "on", "load"),
)


def _entity(name: str, policy: str) -> str:
    said = {
        "generated": "newest", "latest_by": "{latest_by: name}",
        "merge": "{merge: {name: \"string_agg(name, ' + ' order by _place)\"}}",
    }.get(policy, policy)  # fmt: skip
    key = "generated" if policy == "generated" else '{id: {path: "@id", type: numeric}}'
    return f"""\
  {name}:
    record: /dump/{name}
    files: '[{name}d]*'
    key: {key}
    columns: {{name: name, price: {{path: price, type: numeric}}}}
    where: "name is distinct from 'hidden'"
    policy: {said}
    children:
      {name}_item:
        rows: item
        columns: {{text: text, weight: {{path: "@weight", type: numeric}}}}
        children:
          {name}_note:
            rows: note
            columns: {{note: .}}
"""


def text_of(record: Record, spelling: str = "") -> str:
    """A record as XML. ``spelling``: what follows its key, which is the same number with it."""
    content, fault = record.content, record.fault
    key = {"no key": "", "bad key": ' id="none"'}.get(fault, f' id="{record.key}{spelling}"')
    name = "hidden" if fault == "hidden" else content.name
    price = "dear" if fault == "price" else content.price
    parts = [f"<{tag}>{value}</{tag}>" for tag, value in (("name", name), ("price", price)) if value is not None]
    if fault == "malformed":
        parts.insert(0, "<name>this & that</name>")
    for text, weight, notes in content.items:
        attribute = "" if weight is None else f' weight="{weight}"'
        parts.append(f"<item{attribute}><text>{text}</text>{''.join(f'<note>{note}</note>' for note in notes)}</item>")
    if fault == "child":
        parts.append('<item weight="heavy"/>')
    return f"<{record.entity}{key}>{''.join(parts)}</{record.entity}>"


def data_of(file: File) -> bytes:
    """A file, keys spelled in two ways."""
    lines = [text_of(record, ".0" if (number + record.key) % 3 == 0 else "") for number, record in file.records]
    return ("<dump>\n" + "".join(f"{line}\n" for line in lines) + "</dump>\n").encode()


@dataclass(frozen=True)
class Loading:
    """A load of some of the files. ``mode``: merge, replace, or none. ``keeps``: with deletes=ignore."""

    files: tuple[int, ...]
    mode: str | None = None
    priority: int = 0
    keeps: bool = False
    allows: bool = True
    chunk: int = 300


@dataclass(frozen=True)
class Replaying:
    """A replay of rejects of the load that is so far back; ``seed``: which, and how they are corrected."""

    back: int
    seed: int


@dataclass(frozen=True)
class Undoing:
    """rollback of the load that is so far back, revert, or repair, of rows that were damaged before with ``seed``."""

    what: str
    back: int = 1
    seed: int = 0


Step: TypeAlias = Loading | Replaying | Undoing


@dataclass(frozen=True)
class Plan:
    """A mapping, files, and what is done with them."""

    config: Config
    files: tuple[File, ...]
    steps: tuple[Step, ...]


def random_plan(seed: int, config: Config | None = None) -> Plan:
    """A sequence that the seed decides."""
    dice = random.Random(seed)
    config = config or CONFIGS[seed % len(CONFIGS)]
    keys = dice.choice((1, 2, 3, KEYS))
    files: list[File] = []
    for _ in range(dice.choice((2, 3, 3, 4, 5, 6))):
        feed = dice.choice([*FEEDS, "duet", "duet", "ann"])
        day = "" if feed in UNDATED else dice.choice(DAYS)
        if any((file.feed, file.day) == (feed, day) for file in files) and dice.random() < 0.85:
            continue
        files.append(random_file(dice, feed, day, keys, config))
    steps = tuple(_step(dice, config, len(files)) for _ in range(dice.choice((2, 3, 4, 5, 6, 7))))
    return Plan(config, tuple(files), (Loading((0,)), *steps))


def random_file(dice: random.Random, feed: str, day: str, keys: int, config: Config) -> File:
    """A file of a few records."""
    entities, records = FEEDS[feed], []
    for entity in entities:
        for key in range(1, keys + 1):
            for _ in range(dice.choice((0, 1, 1, 1, 1, 2) if keys < 3 else (0, 0, 1, 1, 1, 1, 2))):
                fault = dice.choice(FAULTS) if dice.random() < 0.25 else ""
                if config.policies[entity] == "generated" and fault in UNREADABLE:
                    fault = ""
                records.append(Record(entity, key, random_content(dice), fault))
    dice.shuffle(records)
    return File(feed, day, tuple(entities), tuple(enumerate(records, start=1)))


def random_content(dice: random.Random) -> Content:
    """What a record may say."""
    items = tuple(dice.choice(ITEMS) for _ in range(dice.choice((0, 1, 2))))
    return Content(dice.choice(NAMES), dice.choice(PRICES), items)


def _step(dice: random.Random, config: Config, files: int) -> Step:
    chance = dice.random()
    if chance < 0.68:
        some = tuple(sorted(dice.sample(range(files), min(files, dice.choice((1, 1, 1, 2, 2, 3))))))
        mode = dice.choice((None, None, "merge", "merge", "replace"))
        return Loading(
            some, mode, dice.choice((0, 0, 0, 0, 1)), dice.random() < 0.15, dice.random() < 0.8,
            dice.choice((80, 300, 100_000)),
        )  # fmt: skip
    if chance < 0.8:
        return Replaying(dice.choice((1, 1, 2)), dice.getrandbits(16))
    if chance < 0.92:
        return Undoing("rollback", dice.choice((1, 1, 2, 3))) if dice.random() < 0.8 else Undoing("revert")
    return Undoing("repair", seed=dice.getrandbits(16))


def smaller(sequence: Plan) -> list[Plan]:
    """Sequences with one thing less, the largest things first."""
    found = []
    config, files, steps = sequence.config, sequence.files, sequence.steps
    found += [Plan(config, files, _without(steps, place)) for place in range(len(steps))]
    for place, step in enumerate(steps):
        if isinstance(step, Loading):
            found += [
                Plan(config, files, _put(steps, place, _changed(step, files=_without(step.files, n))))
                for n in range(len(step.files)) if len(step.files) > 1
            ]  # fmt: skip
            for change in ({"priority": 0}, {"mode": None}, {"mode": "merge"}, {"keeps": False}, {"chunk": 100_000}):
                if (other := _changed(step, **change)) != step and not (step.mode == "merge" and "mode" in change):
                    found.append(Plan(config, files, _put(steps, place, other)))
    for place, file in enumerate(files):
        for number in range(len(file.records)):
            kept = tuple(enumerate((record for _, record in _without(file.records, number)), start=1))
            found.append(Plan(config, _put(files, place, _changed(file, records=kept)), steps))
    plain = Content("cup", None)
    for place, file in enumerate(files):
        for number, (n, record) in enumerate(file.records):
            for content in (plain, _changed(record.content, items=()), _changed(record.content, price=None)):
                if content != record.content:
                    records = _put(file.records, number, (n, _changed(record, content=content)))
                    found.append(Plan(config, _put(files, place, _changed(file, records=records)), steps))
    return found


def _changed(thing: _T, **changes: Any) -> _T:
    return replace(thing, **changes)  # type: ignore[type-var]


def _without(things: tuple[_T, ...], place: int) -> tuple[_T, ...]:
    return things[:place] + things[place + 1 :]


def _put(things: tuple[_T, ...], place: int, thing: _T) -> tuple[_T, ...]:
    return (*things[:place], thing, *things[place + 1 :])


def told(sequence: Plan) -> str:
    """For people."""
    lines = [str(sequence.config)]
    for place, file in enumerate(sequence.files):
        lines.append(f"file {place}: {file.name}")
        lines += [f"    {number}: {text_of(record)}" for number, record in file.records]
    return "\n".join([*lines, *map(str, sequence.steps)])
