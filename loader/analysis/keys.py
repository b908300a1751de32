"""Keys of records, read without the rest: from the bytes where that proves what they are, else through an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loader.extract.engines import Engine
from loader.extract.keys import VALUES, key_reader, may_guess, nothing
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Column, Table
from loader.source.xml.look import View
from loader.source.xml.tags import RecordPath


@dataclass(slots=True)
class Keys:
    """Keys of a root table: COPY text for its typed key table and for the one of text, lines of key, number, hash."""

    typed: list[bytes] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)


class KeyReader:
    """Reads the keys of the records of one source; ``keyless`` counts those that an engine could not read.

    Where the bytes prove a key, the rest of the record is not looked at: it may be rejected for what stands there.
    """

    def __init__(self, dataset: Dataset, paths: Sequence[RecordPath], engine: Engine) -> None:
        self.keyless = 0
        self._engine = engine
        self._readers = [_Reader(dataset.entity_tables(path.entity)[0]) for path in paths]

    def read(self, view: View, hashes: Sequence[bytes] | None) -> dict[str, Keys]:
        """The keys of a view's records by root table; ``hashes`` of the records, where they are wanted."""
        found = {reader.root.name: Keys() for reader in self._readers}
        unsure: list[int] = []
        for place, reader in enumerate(self._readers):
            if reader.is_generated:
                continue
            keys = found[reader.root.name]
            lines = keys.typed if reader.is_plain else keys.text
            sure = reader.sure if may_guess(reader.root, view.context.prefix) else nothing
            data, base, number = view.data, view.base, view.first_record
            for index, (start, end, path) in enumerate(view.records):
                if path != place:
                    continue
                key = sure(data, start - base, end - base)
                if key is None:
                    unsure.append(index)
                elif hashes is None:
                    lines.append(b"%b\t%d\t\\N\n" % (key, number + index))
                else:
                    lines.append(b"%b\t%d\t%b\n" % (key, number + index, hashes[index].hex().encode()))
        if unsure:
            self._ask_engine(view, hashes, sorted(unsure), found)
        return found

    def _ask_engine(
        self, view: View, hashes: Sequence[bytes] | None, unsure: Sequence[int], found: dict[str, Keys]
    ) -> None:
        from loader.extract.batch import Batch  # late: seldom needed, and it brings lxml

        chosen, base = [view.records[index] for index in unsure], view.base
        extracted = self._engine.extract(
            Batch(
                records=[bytes(view.data[start - base : end - base]) for start, end, _ in chosen],
                hashes=["" if hashes is None else hashes[index].hex() for index in unsure],
                prefix=view.context.prefix,
                suffix=view.context.suffix,
                source=0,
                numbers=[view.first_record + index for index in unsure],
                paths=[path for _, _, path in chosen] if len(self._readers) > 1 else None,
            )
        )
        self.keyless += len(extracted.bad)
        for reader in self._readers:
            for line in extracted.data.get(reader.root.name, b"").splitlines():
                fields = line.split(b"\t")
                # Behind the data columns stand the system's: source, record, hash.
                key, (_, number, digest) = fields[: len(reader.root.key)], fields[-3:]
                found[reader.root.name].text.append(b"%b\t%b\t%b\n" % (b"\t".join(key), number, digest or rb"\N"))


class _Reader:
    """How the key of a root table is read from the bytes of records.

    ``is_plain``: SQL need not judge what was read. ``is_generated``: each record has a key of its own, nothing to read.
    """

    def __init__(self, root: Table) -> None:
        self.root = root
        self.sure = key_reader(root.key)
        self.is_generated = any(column.path is None for column in root.key)
        self.is_plain = all(map(_is_plain, root.key))


def _is_plain(column: Column) -> bool:
    """Whether each value of the form that is read from the bytes is one of the column, as far as SQL judges it."""
    ruled = column.pattern or column.enum or column.minimum is not None or column.maximum is not None
    return column.type in VALUES and not ruled
