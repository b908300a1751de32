"""Plain tables for the floors: no ordinals to keep in order, no counts, no leases; rows in, keys after."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

from loader.mapping.dataset import Dataset
from loader.mapping.tables import Table

PIECE_BYTES = 256 << 10
_SYSTEM = {"_source": "integer", "_record": "bigint", "_hash": "uuid", "_rec": "bigint"}


def create(connection: psycopg.Connection, dataset: Dataset, schema: str) -> None:
    """Tables with the columns of the extractor's COPY text, without keys."""
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    for table in dataset.tables:
        columns = [sql.SQL("{} " + _type(table, name)).format(sql.Identifier(name)) for name in table.copy_columns]
        connection.execute(
            sql.SQL("create table {} ({})").format(sql.Identifier(schema, table.name), sql.SQL(", ").join(columns))
        )


def copy(connection: psycopg.Connection, dataset: Dataset, schema: str, data: Mapping[str, bytes]) -> None:
    """COPYs the extractor's blocks, in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        for table in dataset.tables:
            if block := data.get(table.name):
                statement = sql.SQL("copy {} ({}) from stdin").format(
                    sql.Identifier(schema, table.name), _names(table.copy_columns)
                )
                with cursor.copy(statement) as stream:
                    for start in range(0, len(block), PIECE_BYTES):
                        stream.write(memoryview(block)[start : start + PIECE_BYTES])


def add_keys(connection: psycopg.Connection, dataset: Dataset, schema: str) -> None:
    """Primary keys and the indexes that the mapping asks for."""
    for table in dataset.tables:
        name, key = sql.Identifier(schema, table.name), _names(table.primary_key)
        connection.execute(sql.SQL("alter table {} add primary key ({})").format(name, key))
        for index in table.indexes:
            if index.columns:
                connection.execute(sql.SQL("create index on {} ({})").format(name, _names(index.columns)))


def _type(table: Table, name: str) -> str:
    if name in _SYSTEM:
        return _SYSTEM[name]
    return "integer" if name in table.ordinals else table.column(name).sql_type


def _names(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
