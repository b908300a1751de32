"""A dump cut into sources that share keys: a part of the releases each, and some of another one's, changed."""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from loader.mapping.dataset import Dataset
from loader.sample import write_sample
from loader.source.xml.read_keys import Look
from loader.source.xml.tags import record_paths
from tests.support.sources import expand

PARTNERS = 2  # sources that share keys with each other, and with no others
_FIRST_MONTH = datetime.date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Cut:
    """The sources, in the order of conflicts; their bytes of XML and their records in all."""

    paths: list[Path]
    xml_bytes: int
    records: int


def cut(folder: Path, dataset: Dataset, releases: int, sources: int, overlap: float) -> Cut:
    """Writes so many sources. Of two partners the later one also has ``overlap`` of the earlier one's keys, changed."""
    size = -(-releases // sources)
    write_sample(folder / "original", releases=releases)
    write_sample(folder / "changed", releases=releases, change_pct=100)
    paths = [folder / f"discogs_{_month(number):%Y%m%d}_releases.xml.gz" for number in range(sources)]
    written = [0, 0]
    with ExitStack() as stack:
        files = [stack.enter_context(gzip.open(path, "wb", compresslevel=6)) for path in paths]

        def write(number: int, record: bytes) -> None:
            files[number].write(record + b"\n")
            written[:] = written[0] + len(record) + 1, written[1] + 1

        for file in files:
            file.write(b"<releases>\n")
        _each(folder / "original", dataset, lambda place, record: write(place // size, record))

        def write_again(place: int, record: bytes) -> None:
            number, inside = divmod(place, size)
            if number % PARTNERS == 0 and number + 1 < sources and inside < size * overlap:
                write(number + 1, record)

        _each(folder / "changed", dataset, write_again)
        for file in files:
            file.write(b"</releases>\n")
    return Cut(paths, *written)


def _month(number: int) -> datetime.date:
    return _FIRST_MONTH.replace(year=_FIRST_MONTH.year + number // 12, month=number % 12 + 1)


def _each(folder: Path, dataset: Dataset, take: Callable[[int, bytes], None]) -> None:
    """Calls ``take`` with the place, from 0, and the bytes of each release in a folder of dumps."""
    file = next(file for file in expand([folder]) if "releases" in file.name)

    for view in Look(file, record_paths(dataset, ["release"])):
        for place, (start, end, _) in enumerate(view.records, start=view.first_record - 1):
            take(place, bytes(view.data[start - view.base : end - view.base]))
