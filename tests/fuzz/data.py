"""Random mappings and documents, loaded, loaded again and refreshed: the tables are what lxml counts, and no more."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psycopg
from psycopg import sql

from loader.extract.columnar import engine as columnar
from tests.fuzz.counting import Found, Row, count
from tests.fuzz.dumps import MARK, make_files
from tests.fuzz.tables import Entity, as_yaml, make_entity
from tests.support.running import loader
from tests.support.server import fresh_database, running_server
from tests.support.working import load_here

ENTITIES = 12  # of one dataset: to begin and to end a load costs much the same for one of them and for many
GROUP = 4  # entities that share their files: a chunk is judged by the rules of all entities of its file


def check(database: str, folder: Path, seed: int, number: int = ENTITIES) -> int:
    """Loads what a seed makes as one dataset: so many entities, and documents of each, twice the same and then others.

    Returns the number of documents. AssertionError says what is not as it must be, and of which entity.
    """
    chance = random.Random(seed)
    dataset = f"data_{seed:x}"
    entities = [make_entity(chance, f"d{place}", f"data{place // GROUP:02}_*") for place in range(number)]
    mapping = folder / f"{dataset}.yaml"
    mapping.write_text(as_yaml(dataset, entities), "utf-8")
    with _blocks(chance.choice((1, 1 << 20))), psycopg.connect(database, autocommit=True) as connection:
        first, paths = _written(chance, folder, entities, "20260101")
        chunk_bytes = chance.choice((300, 4000, 1 << 20))
        _load(chance, database, mapping, paths, chunk_bytes)
        expected = {entity.name: count(entity, first) for entity in entities}
        _assert_counts(connection, entities, expected)
        _assert_tables(connection, dataset, entities, expected)
        places = _places(connection, dataset, entities)

        _load(chance, database, mapping, paths, chance.choice((700, 1 << 20)))
        assert _written_by_last(connection) == (0, 0, 0), "the same files again have written"
        assert _places(connection, dataset, entities) == places, "the same files again have touched rows"

        second, paths = _written(chance, folder, entities, "20260201")
        _load(chance, database, mapping, paths, chunk_bytes, mode="merge")
        for entity in entities:
            found = count(entity, second)
            found.rows = {**expected[entity.name].rows, **found.rows}
            expected[entity.name] = found
        _assert_counts(connection, entities, expected)
        _assert_tables(connection, dataset, entities, expected)
    return sum(text.count(f"<!-- {MARK} -->") for text in (*first, *second))


def search(folder: Path, seconds: float) -> int:
    """Checks seeds of its own until the time is over, and prints those that fail; 1 when there was one."""
    end, failed, tried = time.monotonic() + seconds, 0, 0
    with running_server() as server:
        while time.monotonic() < end:
            seed = random.SystemRandom().getrandbits(32)
            try:
                with fresh_database(server) as database:
                    tried += check(database, folder, seed)
            except Exception:  # whatever it is, it is what we look for
                failed += 1
                traceback.print_exc()
                print(f"seed {seed}: python -m tests.fuzz --data --seed {seed}", flush=True)
    print(f"{tried:,} documents loaded, {failed} failures")
    return 1 if failed else 0


def once(folder: Path, seed: int) -> None:
    """What this seed makes, in a database of its own."""
    with running_server() as server, fresh_database(server) as database:
        check(database, folder, seed)


def _load(
    chance: random.Random, database: str, mapping: Path, paths: list[Path], chunk_bytes: int, *, mode: str | None = None
) -> None:
    """Loads in this process, or, now and then, as people do, with two workers."""
    if chance.random() < 0.8:
        load_here(database, mapping, paths, chunk_bytes, mode=mode)
        return
    options = ("-w", 2, "--no-space-check", "--chunk-bytes", chunk_bytes, *([f"--{mode}"] if mode else []))
    told = loader("load", mapping, *paths, *options, database=database)
    assert told.code in (0, 3), told


@contextmanager
def _blocks(smallest: int) -> Iterator[None]:
    """Array operations for blocks from so many bytes on: blocks of tests are small."""
    with mock.patch.object(columnar, "_SMALLEST", smallest):
        yield


def _written(chance: random.Random, folder: Path, entities: list[Entity], day: str) -> tuple[list[str], list[Path]]:
    """The texts of files, and where they are, in conflict order."""
    texts = []
    paths = []
    for first in range(0, len(entities), GROUP):
        for number, text in enumerate(make_files(chance, entities[first : first + GROUP])):
            texts.append(text)
            paths.append(folder / f"data{first // GROUP:02}_{number}_{day}.xml")
            paths[-1].write_text(text, "utf-8")
    return texts, paths


def _assert_counts(connection: psycopg.Connection[Row], entities: list[Entity], expected: dict[str, Found]) -> None:
    """The balances of the last load, in all and of each entity."""
    (load,) = connection.execute("select max(load_id) from loader.load").fetchall()
    (balance,) = connection.execute(
        "select sum(c.records) = l.read + l.filtered, l.filtered::int, "
        "l.read = l.inserted + l.updated + l.unchanged + l.duplicate + l.rejected, l.state "
        "from loader.load as l join loader.chunk as c using (load_id) where load_id = %s group by l.load_id",
        load,
    ).fetchall()
    assert balance == (True, sum(found.filtered for found in expected.values()), True, "done")
    judged = dict.fromkeys((entity.name for entity in entities), (0, 0))
    judged |= {
        entity: (read, rejected)
        for entity, read, rejected in connection.execute(
            "select entity, read::int, rejected::int from loader.load_entity where load_id = %s", load
        )
    }
    nulled: dict[str, dict[str, int]] = {}
    for table, column, number in connection.execute(
        "select table_name, column_name, count::int from loader.load_gaps(%s) where kind = 'nulled'", load
    ):
        nulled.setdefault(table.partition("_")[0], {})[f"{table}.{column}"] = number
    for entity in entities:
        found = expected[entity.name]
        assert judged[entity.name] == (found.read, found.rejected), f"records of {entity}"
        assert nulled.get(entity.name, {}) == +found.nulled, f"values made NULL of {entity}"


def _assert_tables(
    connection: psycopg.Connection[Row], dataset: str, entities: list[Entity], expected: dict[str, Found]
) -> None:
    """The rows of all tables, roots and children."""
    for entity in entities:
        for line in entity.tables():
            ordinals = [f"{table.name.removeprefix(f'{entity.name}_')}_ordinal" for table in line[1:-1]]
            names = [column.name if len(line) == 1 else f"{entity.name}_{column.name}" for column in entity.key]
            names += [*ordinals, *(["ordinal"] if len(line) > 1 else [])]
            names += [column.name for column in line[-1].columns]
            query = sql.SQL("select {} from {}").format(
                sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(dataset, line[-1].name)
            )
            rows = sorted(connection.execute(query).fetchall(), key=repr)
            assert rows == expected[entity.name].table(line[-1].name), f"{line[-1].name} of {entity}"


def _places(connection: psycopg.Connection[Row], dataset: str, entities: list[Entity]) -> list[Row]:
    """Where each row stands, and which transaction wrote it."""
    queries = [
        sql.SQL("select {}, ctid::text, xmin::text from {}").format(
            sql.Literal(line[-1].name), sql.Identifier(dataset, line[-1].name)
        )
        for entity in entities
        for line in entity.tables()
    ]
    return sorted(connection.execute(sql.SQL(" union all ").join(queries)).fetchall())


def _written_by_last(connection: psycopg.Connection[Row]) -> Row:
    """What the last load has inserted, updated and deleted."""
    (row,) = connection.execute(
        "select inserted::int, updated::int, deleted::int from loader.load order by load_id desc limit 1"
    ).fetchall()
    return row
