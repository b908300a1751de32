"""The physical side of a mapping: datasets, entities, tables and columns as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from loader.mapping.paths import Path

MAX_NAME_BYTES = 63  # NAMEDATALEN - 1: PostgreSQL silently truncates longer names
# `_rec` = source * 2**40 + record number, as in loader.record_id(): 2**23 sources of 10**12 records each.
RECORD_BITS = 40
# The `_hash` of a delete record, as in loader.removed_hash(): it is never compared with that of a row.
REMOVED_HASH = "f" * 32

# The origin of a row, and the digest of its record. For a child row: its record, until it is in the target.
_OF_ROOTS = {"_source": "integer", "_record": "bigint", "_hash": "uuid"}
_OF_CHILDREN = {"_rec": "bigint"}

Repeat = Literal["error", "first", "last", "join", "array"]
Trim = bool | Literal["collapse"]
ReadAs = Literal["text", "own_text", "markup", "exists", "name", "order"]
OnError = Literal["reject", "null"]
Unmatched = Literal["reject", "keep"]


@dataclass(frozen=True, slots=True)
class Split:
    """What stands between the values in a text: a text, or what a regular expression matches."""

    text: str
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of data. ``type`` is the server's name of a scalar type; ``sql_type`` is the declared type of the
    table's column. ``default`` is in the server's notation, as are the values that leave an engine. ``mapped``: pairs
    of a text and what it stands for, sorted; other texts are ``unmatched``.

    ``path`` is None for the key columns of child tables, which the root provides, and for a generated key.
    ``coalesce``: paths that are tried after it. ``read_as``: what is taken of an element; ``prefixes``: with the URIs,
    of names that are values.

    ``stored``: whether the table for users has it; if not, only conditions and expressions see it. ``computed_by``:
    the SQL that computes it; ``after``: how many columns that are read stand before it.
    """

    name: str
    type: str = "text"
    path: Path | None = None
    null_if: tuple[str, ...] = ()
    default: str | None = None
    required: bool = False
    on_error: OnError = "reject"
    trim: Trim = False
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    repeat: Repeat = "error"
    separator: str = ", "
    comment: str = ""
    read_as: ReadAs = "text"
    coalesce: tuple[Path, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    format: str | None = None
    mapped: tuple[tuple[str, str | None], ...] = ()
    unmatched: Unmatched = "reject"
    decimal: str = "."
    thousands: str | None = None
    round: bool = False
    split: Split | None = None
    optional: bool = False
    stored: bool = True
    computed_by: str | None = None
    after: int = 0

    @property
    def is_rewritten(self) -> bool:
        """Whether an engine rewrites the values in the server's notation, or must read them to know that they fit."""
        return self.type == "jsonb" or bool(self.format or self.thousands or self.round) or self.decimal != "."

    @property
    def is_converted(self) -> bool:
        """Whether an engine rewrites values, or takes others for them."""
        return bool(self.mapped) or self.is_rewritten

    @property
    def has_empty(self) -> bool:
        """Whether an empty text may mean something else than NULL."""
        return self.is_text or any(not text for text, _ in self.mapped)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths, in the order in which they are tried."""
        return () if self.path is None else (self.path, *self.coalesce)

    @property
    def is_text(self) -> bool:
        """Whether '' is a value of the type (for all other types, it means NULL)."""
        return self.type == "text" or self.type.startswith("varchar")

    @property
    def sql_type(self) -> str:
        """The declared type: an array of ``type`` if the column gathers repeated elements."""
        return f"{self.type}[]" if self.repeat == "array" else self.type


# Of a recursive table, before those of the mapping. The engines fill them: they have no path.
TREE_COLUMNS = (
    Column("parent_ordinal", "integer", comment="The ordinal of the row that this one is inside of; NULL at the top"),
    Column("depth", "integer", comment="How deep in the tree the row is; 1 at the top"),
)


@dataclass(frozen=True, slots=True)
class Index:
    """An index that the mapping asks for: on columns, or on one SQL expression."""

    columns: tuple[str, ...] = ()
    using: str = "btree"
    expression: str | None = None
    extension: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A root table (no parent) or a child table.

    ``key``: the root key's columns by their names in this table. ``ordinals``: the integer columns that follow it in
    the primary key, outermost first. ``rows``: element steps from the parent's row, ``more_rows``: other such paths.
    ``recursive``: paths from a row to rows of the same table inside it, without which no row has any.
    ``split``: each value in the text there, or in its ``split_attribute``, is a row.
    ``ignore``: paths left out on purpose. ``where`` and ``check``: SQL over this table's columns, as is ``first_by``:
    the order of the rows of one parent row, of which the first one counts. ``columns``: those that are read;
    ``computed``: those with an expression.
    """

    name: str
    entity: str
    parent: str | None
    key: tuple[Column, ...]
    ordinals: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    where: str | None = None
    first_by: tuple[str, ...] = ()
    check: str | None = None
    ignore: tuple[Path, ...] = ()
    comment: str = ""
    more_rows: tuple[tuple[str, ...], ...] = ()
    recursive: tuple[tuple[str, ...], ...] = ()
    split: Split | None = None
    split_attribute: str | None = None
    computed: tuple[Column, ...] = ()

    @property
    def row_paths(self) -> tuple[tuple[str, ...], ...]:
        """All paths of its rows."""
        return (self.rows, *self.more_rows)

    @property
    def is_root(self) -> bool:
        """Whether a row is a record."""
        return self.parent is None

    @property
    def order_of_rows(self) -> str:
        """The SQL order list of ``first_by``."""
        return ", ".join(self.first_by)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the primary key's columns, the root key first."""
        return (*(column.name for column in self.key), *self.ordinals)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The data columns that are read and those that are computed, in the order of the mapping."""
        placed = [(place, 1, column) for place, column in enumerate(self.columns)]
        placed += [(column.after, 0, column) for column in self.computed]
        return tuple(column for *_, column in sorted(placed, key=lambda each: each[:2]))

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The data columns of the table for users."""
        return tuple(column for column in self.all_columns if column.stored)

    @property
    def row_columns(self) -> tuple[str, ...]:
        """Primary key, then data columns: the columns of a row for users that the mapping fills."""
        return (*self.primary_key, *(column.name for column in self.stored_columns))

    @property
    def target_columns(self) -> tuple[str, ...]:
        """The same, and those that the loader adds: the columns of a build that bring a row into the table."""
        return (*self.row_columns, *self.system_columns)

    @property
    def system_columns(self) -> Mapping[str, str]:
        """Names and types of the columns that the loader adds. Those of a child table are not in the target."""
        return _OF_ROOTS if self.is_root else _OF_CHILDREN

    @property
    def copy_columns(self) -> tuple[str, ...]:
        """The columns of the table's COPY text, in their order: those from which staging and a build compute others."""
        return (*self.primary_key, *(column.name for column in self.columns), *self.system_columns)

    def column(self, name: str) -> Column:
        """The key or data column of that name; raises KeyError if there is none."""
        for column in (*self.key, *self.all_columns):
            if column.name == name:
                return column
        raise KeyError(name)
