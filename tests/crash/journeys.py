"""What is disturbed: commands one after the other, from a first load to taking a replace back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.policies import Issue, issues, only, write
from tests.support.running import query

DATASET = "market"
SHOPS, DAYS, KEYS = 3, 3, 16
CHUNK_BYTES = 800
LEASE_S = 2  # short, so that leases of frozen workers expire
LAST_CHANGE = (
    "select max(load_id)::int from loader.load "
    "where state = 'done' and mode <> 'rollback' and inserted + updated + deleted > 0"
)


@dataclass(frozen=True)
class Step:
    """A command: a load of some days, or the rollback of the last load."""

    name: str
    days: tuple[int, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def is_rollback(self) -> bool:
        """Whether it takes back what the steps before have loaded."""
        return not self.days


@dataclass(frozen=True)
class Journey:
    """Steps from an empty database on, under one mapping."""

    name: str
    entities: tuple[str, ...]
    settings: str
    steps: tuple[Step, ...]


JOURNEYS = (
    Journey(
        "load",
        ("newest", "kept", "agreed", "filled", "merged"),
        "deletes: delete\nhistory: on\nmax_delete_pct: 100",
        (
            Step("first", (1,)),
            Step("refresh", (2,), ("--merge",)),
            Step("rollback"),
            Step("refresh by two days", (2, 3), ("--merge",)),
            Step("replace", (2, 3), ("--replace",)),
            Step("rollback of a replace"),
        ),
    ),
    Journey(
        "chunk",
        ("newest",),
        "visibility: chunk\ndeletes: delete\nmax_delete_pct: 100",
        (
            Step("first", (2,), ("--merge",)),
            Step("refresh", (3,), ("--merge",)),
            Step("late", (1,), ("--merge",)),
        ),
    ),
    Journey(
        "mark",
        ("newest", "filled"),
        "deletes: mark\nhistory: on\nmax_delete_pct: 100",
        (Step("first", (1,), ("--replace",)), Step("refresh", (3,), ("--merge",)), Step("rollback")),
    ),
)


class Dumps:
    """The files of all journeys, and the commands that load them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._issues = [Issue(i.shop, i.day, 0, i.offers) for i in issues(11, shops=SHOPS, days=DAYS, keys=KEYS)]

    def command(self, journey: Journey, step: Step, database: str, workers: int) -> list[object]:
        """What a person types. A rollback takes back the last load that has changed something."""
        if step.is_rollback:
            return ["rollback", "--yes", query(database, LAST_CHANGE)[0][0]]
        paths = self._paths(journey, step.days)
        return [
            "load", self._mapping(journey), *paths, *step.options, "--workers", workers, "--chunk-bytes", CHUNK_BYTES,
            "--no-space-check", "--set", f"lease={LEASE_S}", "--set", f"max_chunk_time={LEASE_S}",
        ]  # fmt: skip

    def _mapping(self, journey: Journey) -> Path:
        folder = self._folder / journey.name
        folder.mkdir(exist_ok=True)
        return only(folder, journey.entities, journey.settings)

    def _paths(self, journey: Journey, days: tuple[int, ...]) -> Iterator[Path]:
        wanted = [issue for issue in self._issues if int(issue.day[-2:]) in days]
        yield from write(self._folder / journey.name, wanted, journey.entities)
