"""A small dataset for tests of publication: versions of two entities whose rows tell which version they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support import running
from tests.support.running import loader

TABLES = ("person", "person_book", "thing")
COUNT = 300

MAPPING = """\
dataset: town
foreign_keys: {foreign_keys}
entities:
  person:
    record: /people/person
    key: {{id: {{path: "@id", type: integer}}}}
    columns: {{name: name, version: version}}
    children:
      person_book:
        rows: books/book
        columns: {{title: ".", version: "@version"}}
  thing:
    record: /things/thing
    key: {{id: {{path: "@id", type: integer}}}}
    columns:
      version: version
      owner_id: {{path: owner, type: integer}}
    indexes: [{{columns: [owner_id]}}]
    foreign_keys: [{{columns: [owner_id], references: person}}]
"""


@dataclass(frozen=True)
class Town:
    """A folder with the mapping and the dumps of its versions."""

    folder: Path

    def mapping(self, foreign_keys: str = "report", extra: str = "") -> str:
        """Path of the mapping; ``extra``: lines for its end."""
        path = self.folder / f"town_{foreign_keys}{len(extra)}.yaml"
        path.write_text(MAPPING.format(foreign_keys=foreign_keys) + extra)
        return str(path)

    def dump(self, version: str, count: int = COUNT, lost: int = 0) -> list[str]:
        """Paths of the dumps of a version; ``lost`` things have an owner that is not there."""
        folder = self.folder / f"{version}{count}-{lost}"
        folder.mkdir(exist_ok=True)
        people = "".join(
            f'<person id="{n}"><name>p{n}</name><version>{version}</version><books>'
            f'<book version="{version}">b{n}</book><book version="{version}">c</book></books></person>\n'
            for n in range(1, count + 1)
        )
        things = "".join(
            f'<thing id="{n}"><version>{version}</version><owner>{n + 10_000 * (n <= lost)}</owner></thing>\n'
            for n in range(1, count + 1)
        )
        (folder / "people.xml").write_text(f"<people>\n{people}</people>\n")
        (folder / "things.xml").write_text(f"<things>\n{things}</things>\n")
        return [str(folder / "people.xml"), str(folder / "things.xml")]


def refused(url: str, mapping: str, paths: Sequence[str], *options: str) -> str:
    """Runs `loader load` that must fail with exit code 1; what it says."""
    told = loader("load", mapping, *paths, "-w", 1, "--no-space-check", *options, database=url)
    assert told.code == 1, told
    return told.err


def run(url: str, *statements: str) -> None:
    """Runs statements as the superuser of the tests."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return running.query(url, query)


def value(url: str, query: str) -> Any:
    """The one value of a query."""
    return ask(url, query)[0][0]


def versions(url: str, schema: str = "town") -> dict[str, list[str]]:
    """The versions that the rows of each table are of."""
    return {
        table: [str(v) for (v,) in ask(url, f"select distinct version from {schema}.{table} order by 1")]
        for table in TABLES
    }


def all_of(version: str) -> dict[str, list[str]]:
    """What ``versions`` says when every row is of one version."""
    return {table: [version] for table in TABLES}
