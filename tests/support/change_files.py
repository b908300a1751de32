"""Change files: records and delete records in any order, and what their rows must be according to plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.running import execute, query
from tests.support.working import load_here

MAPPINGS = {
    # Delete records are an entity of their own.
    "removes": """\
dataset: DATASET
snapshot: '_(\\d{8})'
SETTINGS
entities:
  item:
    record: /dump/set/item
    key: {id: {path: "@id", type: integer}}
    policy: POLICY
    columns:
      version: {path: "@v", type: integer}
      name: {path: name, required: true}
    check: name <> 'bad'
    children:
      item_part: {rows: part, columns: {text: .}}
  gone:
    record: /dump/gone/item
    removes: item
    key: {id: {path: "@id", type: integer}}
    columns: {COLUMNS}
""",
    # A value of a record says that it is a delete record.
    "operation": """\
dataset: DATASET
snapshot: '_(\\d{8})'
SETTINGS
entities:
  item:
    record: /dump/item
    key: {id: {path: "@id", type: integer}}
    operation: {path: head/@status, default: upsert}
    policy: POLICY
    columns:
      version: {path: "@v", type: integer}
      name: {path: name, required: true}
    check: name <> 'bad'
    children:
      item_part: {rows: part, columns: {text: .}}
""",
}

# The name of an element around the records says it.
MAPPINGS["outside"] = (
    MAPPINGS["operation"]
    .replace("/dump/item", "[/dump/create/item, /dump/modify/item, /dump/delete/item]")
    .replace(
        "{path: head/@status, default: upsert}",
        "{path: .., as: name, map: {create: upsert, modify: upsert, delete: delete}}",
    )
)


@dataclass(frozen=True)
class Change:
    """A record of a change file; without a name, it is a delete record."""

    key: int | str
    version: int | str | None
    name: str | None = None


@dataclass(frozen=True)
class File:
    """A change file: the day of its snapshot, and its records in their order."""

    day: str
    changes: tuple[Change, ...]

    def text(self, way: str) -> str:
        """Its content."""
        record = {"removes": _in_sets, "operation": _with_operation, "outside": _around}[way]
        return "<dump>\n" + "".join(map(record, self.changes)) + "</dump>\n"


def _in_sets(change: Change) -> str:
    """A delete record has the same bytes as a record without a name would have."""
    if change.name is None:
        return f"<gone><item{_attributes(change)}/></gone>\n"
    return f"<set><item{_attributes(change)}>{_content(change)}</item></set>\n"


def _with_operation(change: Change) -> str:
    head = '<head status="delete"/>' if change.name is None else ""
    return f"<item{_attributes(change)}>{head}{_content(change)}</item>\n"


def _around(change: Change) -> str:
    op = "delete" if change.name is None else "modify" if change.version and change.version != 1 else "create"
    return f"<{op}><item{_attributes(change)}>{_content(change)}</item></{op}>\n"


def _attributes(change: Change) -> str:
    version = "" if change.version is None else f' v="{change.version}"'
    return f' id="{change.key}"{version}'


def _content(change: Change) -> str:
    if change.name is None:
        return ""
    parts = f"<part>{change.name}</part><part>of {change.name}</part>" if change.version else ""
    return f"<name>{change.name}</name>{parts}"


Rows = dict[int | str, tuple[int | str | None, str]]


def expected(files: Sequence[File], policy: str) -> Rows:
    """The rows by key: of all versions of a key, the winner, unless it says that there is no record."""
    best: dict[int, tuple[tuple[object, ...], Change]] = {}
    for file in files:
        for number, change in enumerate(file.changes, start=1):
            latest = (change.version is not None, change.version or 0) if policy == "latest_by" else ()
            place = (*latest, file.day, number)
            if change.key not in best or best[change.key][0] < place:
                best[change.key] = (place, change)
    return {key: (change.version, change.name) for key, (_, change) in best.items() if change.name is not None}


class Items:
    """A dataset of items that change files change."""

    def __init__(self, folder: Path, database: str, dataset: str, *, way: str, policy: str) -> None:
        self.folder, self.database, self.dataset, self.way, self.policy = folder, database, dataset, way, policy
        folder.mkdir(exist_ok=True)
        self.mapping = folder / f"{dataset}.yaml"
        written = {
            "DATASET": dataset,
            "SETTINGS": "history: on\nmax_delete_pct: 100",
            "POLICY": "{latest_by: version}" if policy == "latest_by" else policy,
            "COLUMNS": 'version: {path: "@v", type: integer}' if policy == "latest_by" else "",
        }
        text = MAPPINGS[way]
        for word, value in written.items():
            text = text.replace(word, value)
        self.mapping.write_text(text)

    def load(self, *files: File, mode: str | None = None, **request: object) -> int:
        """Loads files in one load; the number of the load."""
        return load_here(self.database, self.mapping, [self.path(file) for file in files], mode=mode, **request)

    def load_paths(self, *paths: Path, **request: object) -> int:
        """Loads files that are there; the number of the load."""
        return load_here(self.database, self.mapping, paths, **request)

    def path(self, file: File) -> Path:
        """The file on disk."""
        path = self.folder / f"items_{file.day}.xml"
        path.write_text(file.text(self.way))
        return path

    def rows(self) -> Rows:
        """The rows in the tables; children follow their root."""
        found = query(self.database, f"select id, version, name from {self.dataset}.item")
        parts = query(
            self.database,
            f"select item_id, array_agg(text order by ordinal) from {self.dataset}.item_part group by item_id",
        )
        assert dict(parts) == {key: [name, f"of {name}"] for key, version, name in found if version}
        return {key: (version, name) for key, version, name in found}

    def rollback(self, load: int) -> str:
        """Rolls a load back; '' or why it is refused."""
        try:
            execute(self.database, f"call loader.rollback({load})")
        except psycopg.Error as error:
            if error.sqlstate != "LD018":
                raise
            return f"{error.diag.message_primary} {error.diag.message_detail} {error.diag.message_hint}"
        return ""

    def counts(self, load: int) -> dict[str, int]:
        """The outcomes of a load that are not 0."""
        names = "read, inserted, updated, removed, deleted, unchanged, duplicate, rejected"
        ((*values,),) = query(self.database, f"select {names} from loader.load where load_id = %s", load)
        return {name: int(value) for name, value in zip(names.split(", "), values, strict=True) if value}
