"""Writes one entity's dump record by record, with its changes and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from loader.sample.edits import edit
from loader.sample.faults import FAULTS, FILE_FAULTS, spoil_file
from loader.sample.form import Form
from loader.sample.months import Changes
from loader.sample.output import KEYS_LISTED, DumpFile, Tally, sha256

_TRUNCATED_AT = 0.6  # of the records


class Writer(Protocol):
    """Writes the records of one entity by number."""

    root: str
    # Child table -> its rows in the records 0 to 999; the next thousand have the same.
    tables: dict[str, Sequence[int]]

    def key(self, number: int) -> int:
        """Return the id of a record."""
        ...

    def record(self, number: int) -> str:
        """Return a record without the line end."""
        ...


class EntityFile:
    """One dump file; ``faults`` lists what was spoilt, for the manifest."""

    def __init__(self, writer: Writer, changes: Changes, form: Form, path: Path, *, gz: bool) -> None:
        self._writer, self._changes, self._form, self._path, self._gz = writer, changes, form, path, gz
        self.faults: list[dict[str, Any]] = []

    def write(self, of_records: Mapping[int, str], of_file: set[str]) -> dict[str, Any]:
        """Write the file with faults at these records (0-based) and of the file; return what was written."""
        tally = Tally(self._writer.root, self._writer.tables)
        with DumpFile(self._path, gz=self._gz) as file:
            root = "discography" if "wrong_root" in of_file else f"{self._writer.root}s"
            file.write(f"<{root}>\n".encode())
            self._write_records(file, tally, of_records, "truncated" in of_file)
            if "truncated" not in of_file:
                file.write(f"</{root}>\n".encode())
            if "trailing_text" in of_file:
                file.write(b"this is no XML any more\n")
        spoil_file(self._path, of_file)
        self.faults += [self._fault(kind) for kind in FILE_FAULTS if kind in of_file]
        return {
            "file": self._path.name,
            "bytes": file.bytes,
            "file_bytes": self._path.stat().st_size,
            "sha256": sha256(self._path),
            "records": tally.records,
            "rows": tally.rows(),
            "operations": dict(tally.operations),
            "keys": tally.keys,
            "keys_complete": all(tally.operations[name] <= KEYS_LISTED for name in tally.keys),
        }

    def _write_records(self, file: DumpFile, tally: Tally, of_records: Mapping[int, str], truncated: bool) -> None:
        writer, changes, form = self._writer, self._changes, self._form
        cut_at = int(changes.written * _TRUNCATED_AT) if truncated else -1
        turn = -1
        for number in range(changes.count + changes.added):
            operation, key = changes.operation(number), writer.key(number)
            if operation == "deleted":
                tally.note(operation, key)
                continue
            turn += 1
            record = writer.record(number)
            if operation == "changed":
                record, table, rows = edit(writer.root, number, record, form)
                tally.more(table, rows)
            data = f"{record}\n".encode()
            if turn == cut_at:
                file.write(data[: len(data) // 2])
                return
            tally.note(operation, key)
            tally.written(number)
            if turn in of_records:
                data = self._spoil(data, of_records[turn], key, tally)
            file.write(data)

    def _spoil(self, data: bytes, kind: str, key: int, tally: Tally) -> bytes:
        """Return the record as the fault leaves it; a duplicate follows the sound record."""
        edited = FAULTS[kind].edit
        assert edited, f"{kind} befalls files"
        spoilt = edited(data)
        if kind == "duplicate_key":
            tally.repeated()
            spoilt = data + spoilt
        self.faults.append(self._fault(kind) | {"record": tally.records, "key": key})
        return spoilt

    def _fault(self, kind: str) -> dict[str, Any]:
        fault = FAULTS[kind]
        return {"kind": kind, "file": self._path.name, "expected": fault.expected, "what": fault.what}
