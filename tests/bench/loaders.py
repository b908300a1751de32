"""The loaders that are compared: how each is called, and what it has loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from tests.bench.corpus import Dump
from tests.bench.measuring import Run, measure
from tests.bench.server import Server

# Entity of a sample's manifest: the table of the rival that has a row for each of its records.
RIVAL_ROOTS = {"artist": "artists", "label": "labels", "master": "masters", "release": "releases"}


class Loader(Protocol):
    """A loader: its name in the tables, its command, what there is after it."""

    @property
    def name(self) -> str: ...

    def command(self, folder: Path, url: str) -> list[str]:
        """The command that loads the dumps of a folder."""
        ...

    def roots(self) -> dict[str, str]:
        """Entity: table with one row a record, schema-qualified."""
        ...


@dataclass(frozen=True)
class Ours:
    """This loader, as this Python has it."""

    name: str = "loader"
    workers: int = 2
    arguments: Sequence[str] = ("--replace",)

    def program(self) -> list[str]:
        """The command line without its arguments."""
        return [sys.executable, "-m", "loader"]

    def command(self, folder: Path, url: str) -> list[str]:
        """The command that loads the dumps of a folder."""
        load = [*self.program(), "load", "discogs", str(folder)]
        return [*load, f"--database={url}", f"--workers={self.workers}", *self.arguments, "--json", "-q"]

    def roots(self) -> dict[str, str]:
        """Entity: table with one row a record."""
        return {entity: f"discogs.{entity}" for entity in RIVAL_ROOTS}


@dataclass(frozen=True)
class FreshMerge(Ours):
    """A merge into empty tables."""

    arguments: Sequence[str] = ("--merge",)


@dataclass(frozen=True)
class Rival:
    """discogskit with its defaults: logged tables, primary keys of the roots, indexes on what refers to them."""

    program: Path
    name: str = "discogskit"
    arguments: Sequence[str] = ("--no-progress",)

    def command(self, folder: Path, url: str) -> list[str]:
        """The command that loads the dumps of a folder."""
        return [str(self.program), "load", str(folder), "--dsn", url, *self.arguments]

    def roots(self) -> dict[str, str]:
        """Entity: table with one row a record."""
        return {entity: f"public.{table}" for entity, table in RIVAL_ROOTS.items()}


class LostRecordsError(Exception):
    """A loader has not loaded all records, so that its time says nothing."""


def run(loader: Loader, number: int, dump: Dump, server: Server, url: str) -> Run:
    """Measures one load and proves that it is complete: as many rows in each root table as the dump has records."""
    cost, _ = measure(loader.command(dump.folder, url), server, url)
    rows = count_rows(url, sorted({table.split(".")[0] for table in loader.roots().values()}))
    for entity, table in loader.roots().items():
        if rows.get(table) != dump.records[entity]:
            raise LostRecordsError(f"{loader.name}: {rows.get(table)} rows in {table}, not {dump.records[entity]}")
    return Run(loader.name, number, cost, dump.xml_bytes, sum(dump.records.values()), sum(rows.values()))


def count_rows(url: str, schemas: Sequence[str]) -> dict[str, int]:
    """Rows of every table of these schemas, by qualified name."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
            "where n.nspname = any(%s) and c.relkind = 'r' order by 1, 2",
            (list(schemas),),
        ).fetchall()
        counts = {}
        for schema, table in tables:
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
            row = connection.execute(query).fetchone()
            counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts
