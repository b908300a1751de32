"""What the tests of the extractor share: records in, rows out as Python values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from loader.extract.batch import Batch, Extracted
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset

Row = dict[str, str | None]

_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


def mapping(entity: str, settings: str = "") -> Dataset:
    """A dataset of one entity `row` at /dump/row, key @id, with what is given beside."""
    body = "\n".join(f"    {line}" for line in entity.splitlines())
    key = "" if "\n    key:" in f"\n{body}" else '    key: {id: {path: "@id", type: integer}}\n'
    return parse_dataset(f"dataset: test\n{settings}\nentities:\n  row:\n    record: /dump/row\n{key}{body}\n")


def batch(records: Sequence[bytes], prefix: bytes = b"<dump>", suffix: bytes = b"</dump>") -> Batch:
    """Records of source 7, numbered from 1."""
    hashes = [hashlib.md5(record).hexdigest() for record in records]
    return Batch(records, hashes, prefix, suffix, source=7)


def extract(
    dataset: Dataset, *records: str | bytes, prefix: bytes = b"<dump>", suffix: bytes = b"</dump>"
) -> Extracted:
    """Extract records of the dataset's only entity."""
    data = [record.encode() if isinstance(record, str) else record for record in records]
    return LxmlEngine(dataset, [dataset.entities[0].name]).extract(batch(data, prefix, suffix))


def rows_of(dataset: Dataset, extracted: Extracted, table: str) -> list[Row]:
    """The rows of a table, read back from its COPY text as the server reads it."""
    text = extracted.text(table).decode()
    assert not text or text.endswith("\n")
    assert "\r" not in text  # COPY would take it for the end of a line
    columns = dataset.table(table).copy_columns
    rows = [[_field(field) for field in line.split("\t")] for line in text.split("\n")[:-1]]
    assert len(rows) == extracted.rows.get(table, 0)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def values(dataset: Dataset, extracted: Extracted, column: str, table: str = "row") -> list[str | None]:
    """One column of a table."""
    return [row[column] for row in rows_of(dataset, extracted, table)]


def _field(text: str) -> str | None:
    if text == "\\N":
        return None
    first, *rest = text.split("\\\\")
    parts = [first, *rest]
    return "\\".join(_plain(part) for part in parts)


def _plain(part: str) -> str:
    first, *rest = part.split("\\")
    return first + "".join(_UNESCAPED[item[0]] + item[1:] for item in rest)
