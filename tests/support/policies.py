"""Offers of several shops in several issues, and a plain oracle of every policy that knows no load, chunk or worker."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.support.running import query

MAPPING = Path(__file__).with_name("policies.yaml")  # an entity a policy
ENTITIES = ("newest", "oldest", "latest", "kept", "agreed", "filled", "merged")
NAMES = (None, "", "Cup", "cup", "jug", "çup")
SHOPS = ("ann", "bob", "cy", "dee", "eve")

Tags: TypeAlias = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Offer:
    """What a record says. ``tags``: text and weight of each child."""

    name: str | None
    price: int | None
    seen: str | None
    colours: tuple[str, ...] | None
    tags: Tags

    def xml(self, entity: str, key: int) -> str:
        """The record."""
        values = {"name": self.name, "price": self.price, "seen": self.seen}
        texts = [f"<{tag}>{value}</{tag}>" for tag, value in values.items() if value is not None]
        texts += [f"<colour>{colour}</colour>" for colour in self.colours or ()]
        weights = ("" if weight is None else f' weight="{weight}"' for _, weight in self.tags)
        texts += [f"<tag{weight}>{text}</tag>" for (text, _), weight in zip(self.tags, weights, strict=True)]
        return f'<{entity} id="{key}">{"".join(texts)}</{entity}>\n'


@dataclass(frozen=True)
class Issue:
    """A file: what one shop says on one day. All entities hold the same."""

    shop: str
    day: str
    priority: int
    offers: tuple[tuple[int, Offer], ...]

    @property
    def name(self) -> str:
        """Of the file."""
        return f"{self.shop}_{self.day}.xml"

    def data(self, entities: Iterable[str] = ENTITIES) -> bytes:
        """The file."""
        records = (offer.xml(entity, key) for key, offer in self.offers for entity in entities)
        return f"<market>\n{''.join(records)}</market>\n".encode()

    @property
    def order(self) -> tuple[str, str]:
        """What decides between sources of one priority."""
        return self.day, self.name


State: TypeAlias = dict[int, Offer]
Version: TypeAlias = tuple[Issue, int, Offer]


def expected(loads: Sequence[Sequence[Issue]], *, deletes: bool) -> dict[str, State]:
    """What the tables hold by entity after all these loads, in any order. ``deletes``: each of them is complete."""
    issues = [issue for load in loads for issue in load if not (deletes and _is_superseded(issue, load, loads))]
    versions: dict[int, list[Version]] = defaultdict(list)
    for issue in issues:
        for record, (key, offer) in enumerate(issue.offers):
            versions[key].append((issue, record, offer))
    state: dict[str, State] = {entity: {} for entity in ENTITIES}
    for key, found in versions.items():
        for entity in ENTITIES:
            offer = _RULES[entity](found)
            if offer is not None:
                state[entity][key] = offer
    return state


def _is_superseded(issue: Issue, own: Sequence[Issue], loads: Sequence[Sequence[Issue]]) -> bool:
    age = (issue.priority, issue.day)
    return any(load is not own and all(age < (other.priority, other.day) for other in load) for load in loads)


def _newest(versions: Sequence[Version]) -> Offer:
    return max(versions, key=lambda version: (version[0].priority, version[0].order, version[1]))[2]


def _first(versions: Sequence[Version]) -> Offer:
    priority = max(issue.priority for issue, _, _ in versions)
    best = [version for version in versions if version[0].priority == priority]
    return min(best, key=lambda version: (version[0].order, version[1]))[2]


def _latest(versions: Sequence[Version]) -> Offer:
    def value(version: Version) -> tuple[bool, str]:
        return version[2].name is not None, version[2].name or ""

    largest = max(map(value, versions))
    return _newest([version for version in versions if value(version) == largest])


def _shares(versions: Sequence[Version]) -> list[Offer]:
    """One a shop, of its newest issue, the last record of the key; the best shop first."""
    newest: dict[str, Version] = {}
    for version in sorted(versions, key=lambda version: (version[0].priority, version[0].order, version[1])):
        newest.pop(version[0].shop, None)
        newest[version[0].shop] = version
    return [offer for _, _, offer in reversed(newest.values())]


def _agreed(versions: Sequence[Version]) -> Offer | None:
    offers = _shares(versions)
    return offers[0] if len(set(offers)) == 1 else None


def _filled(versions: Sequence[Version]) -> Offer:
    offers = _shares(versions)
    places = range(max(len(offer.tags) for offer in offers))
    tags = [next(offer.tags[place] for offer in offers if len(offer.tags) > place) for place in places]
    return Offer(
        next((o.name for o in offers if o.name is not None), None),
        next((o.price for o in offers if o.price is not None), None),
        next((o.seen for o in offers if o.seen is not None), None),
        next((o.colours for o in offers if o.colours is not None), None),
        tuple(tags),
    )


def _merged(versions: Sequence[Version]) -> Offer:
    offers = _shares(versions)
    filled = _filled(versions)
    names = [o.name for o in offers if o.name is not None]
    prices = [o.price for o in offers if o.price is not None]
    return Offer(
        " + ".join(names) if names else None, min(prices, default=None), filled.seen, filled.colours, filled.tags
    )


_RULES: dict[str, Callable[[Sequence[Version]], Offer | None]] = {
    "newest": _newest, "oldest": _first, "latest": _latest, "kept": _newest, "agreed": _agreed,
    "filled": _filled, "merged": _merged,
}  # fmt: skip


def issues(seed: int, *, shops: int = 3, days: int = 2, keys: int = 12) -> list[Issue]:
    """Every shop on every day: some keys, some twice, some as the other shops have them."""
    chance = random.Random(seed)
    usual = {key: _offer(chance) for key in range(1, keys + 1)}
    return [
        Issue(shop, f"2026010{day}", chance.choice((0, 0, 1)), tuple(_offers(chance, usual)))
        for shop in SHOPS[:shops]
        for day in range(1, days + 1)
    ]


def in_loads(seed: int, given: Sequence[Issue]) -> list[list[Issue]]:
    """The issues in an order and in loads that the seed decides; those of a load have one priority."""
    chance = random.Random(seed)
    left = chance.sample(given, len(given))
    loads = []
    while left:
        size = chance.randint(1, 3)
        load = [issue for issue in left if issue.priority == left[0].priority][:size]
        left = [issue for issue in left if issue not in load]
        loads.append(load)
    return loads


def write(folder: Path, given: Sequence[Issue], entities: Iterable[str] = ENTITIES) -> list[Path]:
    """The files."""
    folder.mkdir(parents=True, exist_ok=True)
    for issue in given:
        (folder / issue.name).write_bytes(issue.data(entities))
    return [folder / issue.name for issue in given]


def only(folder: Path, entities: Iterable[str], setting: str) -> Path:
    """The mapping with some of its entities, and a setting."""
    head, *parts = re.split(r"\n  (?=[a-z]+:\n    record:)", MAPPING.read_text())
    kept = [part for part in parts if part.partition(":")[0] in entities]
    (folder / "only.yaml").write_text("\n  ".join([head.replace("definitions:", f"{setting}\ndefinitions:"), *kept]))
    return folder / "only.yaml"


def stored(database: str, entities: Iterable[str] = ENTITIES) -> dict[str, State]:
    """What the tables hold, children in their order."""
    return {entity: _stored(database, entity) for entity in entities}


def _stored(database: str, entity: str) -> State:
    tags: dict[int, list[tuple[int, str, int | None]]] = defaultdict(list)
    for key, *tag in query(database, f"select {entity}_id, ordinal, tag, weight from market.{entity}_tag"):
        tags[key].append((tag[0], tag[1], tag[2]))
    result = {}
    for key, name, price, seen, colours in query(
        database, f"select id, name, price::int, seen::text, colours from market.{entity}"
    ):
        ordered = sorted(tags.pop(key, []))
        assert [ordinal for ordinal, _, _ in ordered] == list(range(1, len(ordered) + 1))
        found = tuple((text, weight) for _, text, weight in ordered)
        result[key] = Offer(name, price, seen, None if colours is None else tuple(colours), found)
    assert not tags
    return result


def _offers(chance: random.Random, usual: State) -> Iterator[tuple[int, Offer]]:
    for key in chance.sample(sorted(usual), len(usual)):
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            yield key, usual[key] if chance.random() < 0.5 else _offer(chance)


def _offer(chance: random.Random) -> Offer:
    return Offer(
        chance.choice(NAMES),
        chance.choice((None, 1, 2, 30)),
        chance.choice((None, "2026-01-01", "2025-12-31")),
        chance.choice((None, ("red",), ("red", "blue"))),
        tuple((chance.choice("ab"), chance.choice((None, 1, 2))) for _ in range(chance.randrange(3))),
    )
