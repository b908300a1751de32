"""The examples of docs/examples: what their files become, as text that people read."""

from __future__ import annotations

from pathlib import Path

from psycopg import sql

from loader.database.connect import Connection, connect
from loader.mapping.read import read_dataset
from loader.mapping.tables import Table
from tests.support.documentation import CLONE

FOLDER = CLONE / "docs" / "examples"
FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def tables(database: str, mapping: Path) -> str:
    """The rows of all tables of a dataset, each table with its name and columns. NULL is shown as nothing."""
    dataset = read_dataset(str(mapping))
    with connect(database) as connection:
        return "\n".join(_text(connection, dataset.name, table) for table in dataset.tables)


def _text(connection: Connection, dataset: str, table: Table) -> str:
    columns = [sql.Identifier(name) for name in table.row_columns]
    query = sql.SQL("select {}, array[{}] from {}").format(
        sql.SQL(", ").join(map(sql.Identifier, table.primary_key)),
        sql.SQL(", ").join(sql.SQL("{}::text").format(column) for column in columns),
        sql.Identifier(dataset, table.name),
    )
    # In Python's order, because that of texts depends on the server.
    rows = [row for *_, row in sorted(connection.execute(query).fetchall(), key=lambda row: row[:-1])]
    lines = ["  " + " | ".join("" if text is None else text or "''" for text in row).rstrip() for row in rows]
    return "\n".join([f"{table.name} ({', '.join(table.row_columns)})", *lines, ""])
