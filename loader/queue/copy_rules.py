"""Rules for records, `where` and `check`, as conditions of COPY: rows that break them are left out, and remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from loader.mapping.column_rules import reads
from loader.mapping.dataset import Dataset
from loader.mapping.tables import RECORD_BITS, Table
from loader.source.rows import Rows

WHERE, CHECK = "where", "check"
# What a condition of COPY may not contain, or the role may not do: then text staging applies the rules.
_REFUSED = ("0A", "42")
# Errors while a rule is evaluated, by a function of a user, say: text staging finds out for which records.
_UNDECIDABLE = ("21", "23", "P0", "54")
# The number of the record in a line of COPY text: before the hash of a root row, the last field of a child row.
_ROOT_LINE = re.compile(rb"[^\n]*\t([0-9]+)\t[^\t\n]*\n")
_CHILD_LINE = re.compile(rb"[^\n]*\t([0-9]+)\n")


def conditions(dataset: Dataset) -> dict[str, str]:
    """The condition of each table that has rules which COPY can apply."""
    found = {}
    staging = staged(dataset)
    for entity in dataset.entities:
        for table in (each for each in dataset.entity_tables(entity.name) if each.name not in staging):
            record = "loader.record_id(_source, _record)" if table.is_root else "_rec"
            checks = dict.fromkeys((table.check, entity.check if table.is_root else None))
            rules = [(entity.where, "is not true", WHERE)] if table.is_root else []
            rules += [(check, "is false", CHECK) for check in checks]
            cases = " ".join(
                f"when ({rule}\n) {broken} then loader.leave_out({record}, '{why}')"
                for rule, broken, why in rules
                if rule
            )
            if cases:
                found[table.name] = f"case {cases} else true end"
    return found


def staged(dataset: Dataset) -> set[str]:
    """The tables of which text staging chooses the rows, and those whose rules read computed columns, which the server
    computes after it has applied the conditions of a COPY.
    """
    found = set()
    for entity in dataset.entities:
        for table in dataset.entity_tables(entity.name):
            rules = (table.check, *((entity.check, entity.where) if table.is_root else ()))
            chooses = table.first_by or (table.where and not table.is_root)
            if chooses or any(reads(rule, column) for rule in rules if rule for column in table.computed):
                found.add(table.name)
    return found


def is_refused(state: str) -> bool:
    """Whether an error means that the rules of a table cannot be conditions of COPY."""
    return state.startswith(_REFUSED)


def is_undecidable(state: str) -> bool:
    """Whether an error means that a rule cannot be evaluated for some row."""
    return state.startswith(_UNDECIDABLE)


def left_out(text: str) -> Iterator[tuple[int, str]]:
    """The numbers of the records of the rows that were left out, each with the kind of its rule."""
    words = text.split()
    for rec, why in zip(words[::2], words[1::2], strict=True):
        yield int(rec) & ((1 << RECORD_BITS) - 1), why


def leave_out(rows: Rows, tables: Sequence[Table], filtered: Set[int], broken: Set[int]) -> None:
    """Takes all rows of some records, by their numbers: those that `where` filters, and those that break a `check`,
    about which text staging decides.
    """
    for table in tables:
        blocks = rows.blocks.pop(table.name, None)
        if blocks is None:
            continue
        kept, doubts = _divided(blocks, table, filtered, broken)
        for text, into in ((kept, rows.blocks), (doubts, rows.doubts)):
            if text:
                into.setdefault(table.name, []).append(text)
    rows.filtered |= filtered


def _divided(blocks: Sequence[bytes], table: Table, filtered: Set[int], broken: Set[int]) -> tuple[bytes, bytes]:
    """The lines of all other records, and those of the broken ones."""
    kept, doubts = [], []
    line = _ROOT_LINE if table.is_root else _CHILD_LINE
    for block in blocks:
        for found in line.finditer(block):
            number = int(found[1]) & ((1 << RECORD_BITS) - 1)
            if number in broken:
                doubts.append(found[0])
            elif number not in filtered:
                kept.append(found[0])
    return b"".join(kept), b"".join(doubts)


def ordered(tables: Sequence[Table], rules: Mapping[str, str]) -> list[Table]:
    """Tables with rules first, so that rows of records that these leave out are seldom copied in vain."""
    return sorted(tables, key=lambda table: table.name not in rules)
