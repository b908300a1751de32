"""Ratios of the client: what a stage takes for each second that a floor takes for the same bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loader.extract.engines import make_engine
from loader.mapping.read import read_dataset
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from tests.bench import floors
from tests.bench.corpus import batch, sources
from tests.bench.engines import available

REPEATS = 5

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Pair:
    """A stage and its floor, over the same bytes."""

    name: str
    stage: Work
    floor: Work


def pairs(folder: Path) -> list[Pair]:
    """All pairs, for each chunk of each source; those of one name belong together."""
    return list(_pairs(folder))


def ratios(found: list[Pair], slow: Mapping[str, float], only: str = "") -> dict[str, float]:
    """Seconds of the stage for a second of its floor. ``slow``: stages that are to take so much longer, as a test.

    Stage and floor follow one another at once, several times over, and the least time of each counts: what else the
    machine does can only add to either.
    """
    stage: dict[str, float] = {}
    floor: dict[str, float] = {}
    for pair in found:
        if only and pair.name != only:
            continue
        share = slow.get(pair.name.partition(" ")[0], 0.0)
        times = [(_seconds(pair.floor), _seconds(pair.stage, share)) for _ in range(REPEATS)]
        floor[pair.name] = floor.get(pair.name, 0.0) + min(least for least, _ in times)
        stage[pair.name] = stage.get(pair.name, 0.0) + min(least for _, least in times)
    return {name: seconds / floor[name] for name, seconds in stage.items()}


def _seconds(work: Work, share: float = 0.0) -> float:
    """CPU seconds of some work, and of as much idle turning as ``share`` of it says."""
    started = time.process_time()
    work()
    until = time.process_time() + share * (time.process_time() - started)
    while time.process_time() < until:
        pass
    return time.process_time() - started


def _pairs(folder: Path) -> Iterator[Pair]:
    dataset = read_dataset("discogs")
    names = available()
    for source in sources(folder, dataset):
        spans = source.spans()
        path = source.file.path
        yield Pair("plan / gunzip", source.spans, lambda path=path: floors.gunzip(path))  # type: ignore[misc]
        engines = {name: make_engine(name, dataset, source.entities) for name in names}
        with Reader(source.file) as reader:
            for span in spans:
                data = reader.read(span)
                whole = batch(data, span, source, 1)
                documents = floors.blocks(whole)
                sax = _call(floors.sax, documents)
                yield Pair("split / libxml2 SAX", _call(split, data, span.prefix, source.paths), sax)
                for name in names:
                    if span is spans[0]:
                        engines[name].extract(whole)  # engines are made for their first batch
                    tree = _call(floors.tree, documents)
                    yield Pair(f"extract {name} / libxml2 tree", _call(engines[name].extract, whole), tree)


def _call(work: Callable[..., object], *arguments: object) -> Work:
    return lambda: work(*arguments)
