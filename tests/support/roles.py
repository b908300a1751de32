"""A dataset whose work is shared: login roles that are members of the owner, the worker and the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from loader.database.connect import connect
from tests.support.publishing import Town
from tests.support.running import Run, load, loader, query

PASSWORD = "shared-work"  # for servers that ask for one
ENTITIES = {"people": "person", "things": "thing"}
LEVELS = ("owner", "worker", "reader")


def day(version: str) -> str:
    """The snapshot date of a version: of B later than of A."""
    return f"2026-01-{ord(version) - ord('A') + 1:02}"


def as_role(url: str, role: str) -> str:
    """The URL for another role."""
    parts = urlsplit(url)
    netloc = f"{role}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc))


@dataclass(frozen=True)
class Team:
    """A database, its groups ``<prefix>_<level>``, and URLs of a member of each."""

    database: str
    prefix: str

    def url(self, level: str) -> str:
        """For the member of a group; ``stranger``: of none."""
        return as_role(self.database, f"{self.prefix}_a_{level}")

    def share(self) -> Run:
        """`loader roles`, by who may do all."""
        told = loader("roles", "--prefix", self.prefix, database=self.database)
        assert told.code == 0, told
        for level in LEVELS:
            self.run(f"grant {self.prefix}_{level} to {self.prefix}_a_{level}")
        return told

    def run(self, *statements: str) -> None:
        """As who may do all."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def missing(self) -> list[str]:
        """Grants that ought to be there."""
        return [statement for (statement,) in query(self.database, "select * from loader.missing_grants()")]

    def begin(self, version: str, paths: Sequence[str], mode: str, **options: str) -> int:
        """Begin a load as the owner, and leave it to others; its number."""
        files = [Path(path) for path in paths]
        with connect(self.url("owner")) as owner:
            names = [f"{file.name}:{file.stat().st_size}" for file in files]
            row = owner.execute(
                "select loader.start_load('town', %s, p_sources => %s, p_options => %s)", (mode, names, Jsonb(options))
            ).fetchone()
            assert row is not None
            for file in files:
                owner.execute(
                    "select loader.register_source(%s, %s, %s, %s, %s, p_snapshot => %s, p_chunk_bytes => 5000)",
                    (row[0], file.name, str(file), file.stat().st_size, [ENTITIES[file.stem]], day(version)),
                )
        return int(row[0])

    def load(self, town: Town, version: str, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Load as the owner."""
        given = (*town.dump(version), "--snapshot", day(version), *arguments)
        return load(self.url("owner"), town.mapping(), *given, code=code)


@contextmanager
def team(database: str) -> Iterator[Team]:
    """Login roles named like the database; groups are made by the tests."""
    with psycopg.connect(database, autocommit=True) as connection:
        (name,) = connection.execute("select current_database()").fetchone() or ("",)
    found = Team(database, str(name))
    members = [f"{found.prefix}_a_{level}" for level in (*LEVELS, "stranger")]
    found.run(*(f"create role {member} login password '{PASSWORD}'" for member in members))
    try:
        yield found
    finally:
        groups = [f"{found.prefix}_{level}" for level in LEVELS]
        known = {row[0] for row in query(database, "select rolname from pg_roles")}
        with psycopg.connect(database, autocommit=True) as connection:
            for role in [role for role in (*groups, *members) if role in known]:
                connection.execute(sql.SQL("drop owned by {} cascade").format(sql.Identifier(role)))
            for role in [role for role in (*members, *groups) if role in known]:
                connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))
