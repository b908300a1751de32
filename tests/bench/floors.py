"""The least that work on some bytes can cost: each floor is one well-known operation and nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lxml import etree

from loader.extract.batch import Batch

BLOCK_BYTES = 256 << 10
_GZIP = 16 + zlib.MAX_WBITS


class _Nothing:
    """A parser target that wants no event: libxml2 reads and judges every byte and builds nothing."""

    def close(self) -> None:
        """Ends a document."""


def gunzip(path: Path) -> int:
    """Inflates a gzip file with zlib; returns the bytes that came out."""
    total = 0
    inflate = zlib.decompressobj(_GZIP)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            while block:
                total += len(inflate.decompress(block, 1 << 20))
                block = inflate.unconsumed_tail
    return total


def sax(blocks: Sequence[bytes]) -> None:
    """libxml2 over well-formed documents, no callbacks."""
    parser = etree.XMLParser(target=_Nothing(), huge_tree=True)  # type: ignore[call-overload]
    for block in blocks:
        parser.feed(block)
        parser.close()


def tree(blocks: Sequence[bytes]) -> None:
    """libxml2's trees of well-formed documents, each dropped before the next is made."""
    parser = etree.XMLParser(huge_tree=True, collect_ids=False)
    for block in blocks:
        etree.fromstring(block, parser)


PARSERS: dict[str, Callable[[Sequence[bytes]], None]] = {"libxml2 SAX, no callbacks": sax, "libxml2 tree": tree}


def blocks(batch: Batch) -> list[bytes]:
    """The records of a batch as documents of BLOCK_BYTES."""
    return [b"".join((batch.prefix, *records, batch.suffix)) for records in _runs(batch.records)]


def _runs(records: Sequence[bytes]) -> Iterator[list[bytes]]:
    run: list[bytes] = []
    size = 0
    for record in records:
        if size and size + len(record) > BLOCK_BYTES:
            yield run
            run, size = [], 0
        run.append(record)
        size += len(record)
    if run:
        yield run
