"""COPY of extracted blocks into the tables of a schema."""

from __future__ import annotations

from psycopg import sql

from loader.database.connect import Connection
from loader.mapping.tables import Table

# libpq copies each piece into its own buffer: pieces of this size keep memory low without a cost in time.
PIECE_BYTES = 256 * 1024


def copy_table(
    connection: Connection, schema: str, relation: str, table: Table, blocks: list[bytes], *, condition: str = ""
) -> int:
    """COPYs text blocks (columns as in Table.copy_columns) into a relation; returns the server's count of rows.

    ``condition``: SQL of the mapping that rows must fulfil; the others are left out.
    """
    statement = sql.SQL("copy {}.{} ({}) from stdin" + (" where {}" if condition else "")).format(
        sql.Identifier(schema),
        sql.Identifier(relation),
        sql.SQL(", ").join(map(sql.Identifier, table.copy_columns)),
        sql.SQL(condition),
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in blocks:
                view = memoryview(block)
                for start in range(0, len(view), PIECE_BYTES):
                    copy.write(view[start : start + PIECE_BYTES])
        return cursor.rowcount
