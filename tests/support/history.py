"""A small dataset with history: loads, former states, rollbacks, all in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from tests.support.running import execute, query
from tests.support.versions import MAPPING, Content, Dump, write
from tests.support.working import load_here

HISTORY = MAPPING + "history: on\ndeletes: delete\nmax_delete_pct: 100\n"
KEEP = {"deletes": "ignore"}
Rows = list[tuple[object, ...]]

EBB, FLOOD, SLACK = ("ebb", ("a", "b", "c")), ("flood", ("a",)), ("slack", ())
# Key 1 changes each month, 2 in the second; 3 goes and 4 comes in the second, 5 goes and 6 comes in the third.
V1 = ((1, EBB), (2, EBB), (3, FLOOD), (5, SLACK), (7, FLOOD))
V2 = ((1, FLOOD), (2, FLOOD), (4, EBB), (5, SLACK), (7, FLOOD))
V3 = ((1, SLACK), (2, FLOOD), (4, EBB), (6, ("ebb", ("c", "b", "a"))), (7, FLOOD))


class Tide:
    """A dataset with history in a database of its own."""

    def __init__(self, folder: Path, database: str, mapping: str = HISTORY) -> None:
        self.folder, self.database = folder, database
        self.mapping = folder / "tide.yaml"
        self.mapping.write_text(mapping.format(dataset="tide"))

    def load(self, day: str, records: Sequence[tuple[int, Content]], **request: Any) -> None:
        """Loads a dump of a day."""
        load_here(self.database, self.mapping, self.dump(day, records), **request)

    def dump(self, day: str, records: Sequence[tuple[int, Content]]) -> list[Path]:
        """The dump of a day."""
        return write(self.folder / day, [Dump(f"tide_{day}.xml", tuple(records))])

    def rollback(self, number: int) -> str:
        """Takes a load back; what it says when it is refused, empty otherwise."""
        try:
            execute(self.database, f"call loader.rollback({number})")
        except psycopg.Error as error:
            if error.sqlstate != "LD018":
                raise
            return f"{error.diag.message_primary} {error.diag.message_detail} {error.diag.message_hint}"
        return ""

    def checksums(self) -> Rows:
        """What `loader checksum` says."""
        return query(self.database, "select * from loader.checksum('tide')")

    def state(self) -> tuple[Rows, Rows]:
        """All columns of both tables."""
        return self.rows("tide.row"), self.rows("tide.row_item")

    def as_of(self, load_id: int) -> tuple[Rows, Rows]:
        """The same, as it was after a load."""
        return self.rows(f"tide_history.row_as_of({load_id})"), self.rows(f"tide_history.row_item_as_of({load_id})")

    def rows(self, name: str) -> Rows:
        """Rows of a table or function, in order."""
        return query(self.database, f"select * from {name} order by 1, 2")
