"""What the loader makes of a file, by both engines and however it is cut, against lxml on the whole document."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from loader.errors import SourceError, UsageError
from loader.extract.batch import Batch, Extracted
from loader.extract.columnar.engine import ColumnarEngine
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset
from loader.source.packing.format import SourceFile
from loader.source.packing.ranges import Reader
from loader.source.xml.read_keys import Look
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import RecordPath, Span, scan
from tests.fuzz.documents import Form
from tests.fuzz.oracle import Value, by_expat, oracle
from tests.support.sources import expand
from tests.unit.extract.differential import small_blocks

_MAPPING = """
dataset: fuzz
internal_subset: allow
namespaces: {{t: urn:fuzz}}
entities:
  row:
    record: /{p}dump/{p}row
    key: {{id: "@id"}}
    columns: {{name: "{p}name", v: {{path: "{p}v", type: integer}}, note: "@note", deep: "{p}box/{p}deep"}}
    children:
      row_item:
        rows: "{p}items/{p}i"
        columns: {{text: ., kind: "@kind"}}
  other:
    record: /{p}dump/{p}part/{p}other
    key: {{id: "@id"}}
    columns: {{name: "{p}name", note: "@note"}}
"""
_RECORD = (1 << 40) - 1
CHUNKS = (1, 300, 1 << 20)
FLAGS = "unknown header flags set"  # in the header of a gzip: Python ignores them, zlib does not
UNKNOWN_ENCODING = "which Python does not know"  # libxml2 ignores what a document in UTF-16 declares


@dataclass(frozen=True)
class Verdict:
    """What became of a file. ``refused`` and ``damage`` are messages or ''."""

    records: tuple[Value, ...] = ()
    refused: str = ""
    damage: str = ""

    @property
    def is_success(self) -> bool:
        """Whether a load of the file would end with exit code 0."""
        return not self.refused and not self.damage and all(record[1] != "reject" for record in self.records)


@cache
def dataset(namespaced: bool) -> Dataset:
    """The mapping."""
    return parse_dataset(_MAPPING.format(p="t:" if namespaced else ""))


@cache
def paths(namespaced: bool) -> tuple[RecordPath, ...]:
    return tuple(RecordPath(entity.name, entity.record) for entity in dataset(namespaced).entities)


@cache
def engines(namespaced: bool) -> tuple[LxmlEngine, ColumnarEngine]:
    names = [entity.name for entity in dataset(namespaced).entities]
    return LxmlEngine(dataset(namespaced), names), ColumnarEngine(dataset(namespaced), names)


def check(data: bytes, form: Form, path: Path) -> Verdict:
    """Write the document and compare what the loader makes of it with lxml; AssertionError tells what differs.

    A document that lxml reads gives the same records, all of them. Any other is refused, ends damaged, or has rejects.
    """
    path.write_bytes(data)
    verdict, expected = judge(path, form), oracle(data, form)
    if expected is None:
        assert not verdict.is_success or not by_expat(data), f"not well-formed, and loaded whole: {data!r}"
    elif "DOCTYPE" not in verdict.refused and UNKNOWN_ENCODING not in verdict.refused:
        assert verdict == Verdict(expected), f"{verdict}\nby lxml: {expected}\n{data!r}"
    return verdict


def check_packed(data: bytes, form: Form, path: Path) -> Verdict:
    """The same of a gzip file, which Python's own module unpacks for lxml."""
    path.write_bytes(data)
    verdict = judge(path, form)
    try:
        unpacked = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        assert not verdict.is_success, "a broken gzip, loaded whole"
    else:
        expected = oracle(unpacked, form)
        if FLAGS in verdict.refused + verdict.damage:
            return verdict
        assert (
            verdict == Verdict(expected) if expected is not None else not verdict.is_success or not by_expat(unpacked)
        )
    return verdict


def check_many(parts: Sequence[bytes], form: Form, path: Path) -> Verdict:
    """Well-formed documents one behind the other in a file."""
    path.write_bytes(b"".join(parts))
    verdict = judge(path, form)
    expected = [record for part in parts for record in oracle(part, form) or ()]
    assert verdict == Verdict(tuple(expected)), f"{verdict}\nby lxml: {expected}\n{parts}"
    return verdict


def judge(path: Path, form: Form) -> Verdict:
    """The one verdict that all ways agree on; AssertionError where two differ."""
    verdicts = {}
    for engine, chunk_bytes in product((0, 1), CHUNKS):
        verdicts[engine, chunk_bytes] = _decision(path, form, engine, chunk_bytes)
    first = verdicts[0, 1]
    for way, verdict in verdicts.items():
        assert verdict == first, f"engine and chunk bytes {way} differ from {(0, 1)}:\n{verdict}\n{first}"
    return first


def _decision(path: Path, form: Form, engine: int, chunk_bytes: int) -> Verdict:
    keeping = bool(engine)
    try:
        (file,) = expand([path])
        scanning = scan(
            file, paths(form.namespaced), chunk_bytes=chunk_bytes, keeping=keeping, internal_subset="allow",
            documents="many" if form.documents > 1 else "one",
        )  # fmt: skip
        spans = list(scanning)
        summary = scanning.summary
        if not keeping:
            _check_look(file, form, summary.records)
    except (SourceError, UsageError) as error:
        return Verdict(refused=str(error))
    records = list(_records(file, spans, form, engine))
    assert len(records) == summary.records
    return Verdict(tuple(records), damage=summary.damage.message if summary.damage else "")


def _check_look(file: SourceFile, form: Form, expected: int) -> None:
    looking = Look(
        file, paths(form.namespaced), internal_subset="allow", documents="many" if form.documents > 1 else "one"
    )
    seen = sum(len(view.records) for view in looking)
    assert looking.records == seen == expected


def _records(file: SourceFile, spans: Sequence[Span], form: Form, engine: int) -> Iterator[Value]:
    """The records of all spans; read in reverse order, as no two of them may depend on each other."""
    found: list[list[Value]] = []
    with Reader(file) as reader:
        for span in reversed(spans):
            data = reader.read(span)
            pieces = split(data, span.prefix, paths(form.namespaced))
            if span.content is not None:
                assert span.content.records is None or list(span.content.records) == pieces
                assert span.content.data() == data
            assert len(pieces) == span.records, (span, pieces)
            found.append(list(_extracted(data, pieces, span, form, engine)))
    for values in reversed(found):
        yield from values


def _extracted(data: bytes, pieces: list[tuple[int, int, int]], span: Span, form: Form, engine: int) -> Iterator[Value]:
    mapping = dataset(form.namespaced)
    names = [entity.name for entity in mapping.entities]
    batch = Batch(
        records=[data[start:end] for start, end, _ in pieces], hashes=["0" * 32] * len(pieces), prefix=span.prefix,
        suffix=span.suffix, source=1, paths=[index for _, _, index in pieces],
    )  # fmt: skip
    with small_blocks():
        extracted = engines(form.namespaced)[engine].extract(batch)
    result: dict[int, list[Any]] = {}
    for name in names:
        for row in _rows(mapping, extracted, name):
            values = tuple(row[column.name] for column in mapping.table(name).columns)
            result[int(row["_record"] or 0)] = [name, row["id"], *values]
    for row in _rows(mapping, extracted, "row_item"):
        result[int(row["_rec"] or 0) & _RECORD].append((row["ordinal"], row["text"], row["kind"]))
    for bad in extracted.bad:
        assert bad.index + 1 not in result
        result[bad.index + 1] = [names[pieces[bad.index][2]], "reject", bad.reason]
    assert sorted(result) == list(range(1, len(pieces) + 1))
    return (tuple(result[number]) for number in sorted(result))


def _rows(mapping: Dataset, extracted: Extracted, table: str) -> Iterator[dict[str, str | None]]:
    columns = mapping.table(table).copy_columns
    for line in extracted.text(table).decode().split("\n")[:-1]:
        yield dict(zip(columns, map(_field, line.split("\t")), strict=True))


def _field(text: str) -> str | None:
    if text == "\\N":
        return None
    return text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")
