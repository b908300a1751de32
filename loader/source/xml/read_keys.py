"""A quick pass over a source, to see its records without its chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loader.mapping.dtd.declarations import Declarations
from loader.source.packing.format import SourceFile
from loader.source.packing.stream import open_stream
from loader.source.protocol import Damage
from loader.source.xml.ancestors import Context
from loader.source.xml.doctype import InternalSubset
from loader.source.xml.markup import RefusedError
from loader.source.xml.scan import refused
from loader.source.xml.subset import NO_DTDS
from loader.source.xml.tags import RecordPath, check_paths
from loader.source.xml.walk import Documents, Walker
from loader.source.xml.window import Window


@dataclass(frozen=True, slots=True)
class View:
    """Consecutive records in ``data``: start and end, less ``base``, and the index of each one's path.

    ``data`` is only valid until the next view is requested.
    """

    data: bytes | bytearray
    base: int
    records: Sequence[tuple[int, int, int]]
    first_record: int
    context: Context

    def drop(self) -> None:
        """Does nothing, because nothing is kept."""


class Look:
    """The records of a source as views, to be iterated once; then ``records`` is their number,
    ``damage`` what ended it.

    Finds the same records as a scan, but without its digests, seek points and copies. Views lack the ``oversized``
    ones. Iterating raises SourceError if the source as a whole is refused.
    """

    def __init__(
        self,
        file: SourceFile,
        paths: Sequence[RecordPath],
        *,
        documents: Documents = "one",
        internal_subset: InternalSubset = "refuse",
        dtds: Mapping[str, Declarations] = NO_DTDS,
    ) -> None:
        check_paths(paths)
        self.records = self.oversized = 0
        self.damage: Damage | None = None
        self._name = file.name
        self._stream, _ = open_stream(file)
        window = Window(self._stream.read)
        self._walker = Walker(window, paths, documents=documents, internal_subset=internal_subset, dtds=dtds)

    def __iter__(self) -> Iterator[View]:
        walker, window = self._walker, self._walker.window
        try:
            for found, context, _ in walker.runs():
                if walker.oversized.pop(found[0][0], None) is None:
                    yield View(window.data, window.base, found, self.records + 1, context)
                else:
                    self.oversized += 1
                self.records += len(found)
            damage = self._stream.damage
            self.damage = walker.damage if damage is None else Damage(window.end, damage)
        except RefusedError as error:
            raise refused(self._name, error, self._stream.damage) from error
        finally:
            self._stream.close()
