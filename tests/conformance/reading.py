"""A file read as a dump with a mapping made for it: its root element's children are the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from loader.config.settings import ENGINES
from loader.errors import LoaderError
from loader.extract.batch import Batch
from loader.extract.engines import make_engine
from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset
from loader.source.entities_of_file import entities_of
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import scan
from loader.source.xml.tags import record_paths
from tests.support.sources import expand

_MOST = 40  # names of children that are mapped, each as an entity; what is beside them is skipped


@dataclass(frozen=True)
class Outcome:
    """How a load of the file would end: success, refused, damaged, rejects or crash, and what is said of it."""

    word: str
    message: str = ""
    records: int = 0


def read(path: Path, *, subset: bool) -> Outcome:
    """Read the file with both engines; a crash where they differ."""
    outcomes = [_read(path, engine, subset) for engine in ENGINES]
    return outcomes[0] if outcomes[0] == outcomes[1] else Outcome("crash", f"engines differ: {outcomes}")


def _read(path: Path, engine: str, subset: bool) -> Outcome:
    try:
        return _outcome(path, engine, subset)
    except LoaderError as error:
        return Outcome("refused", str(error))
    except Exception as error:  # whatever it is: it is a crash, and shall be counted as one
        return Outcome("crash", f"{type(error).__name__}: {error}")


def _outcome(path: Path, engine_name: str, subset: bool) -> Outcome:
    (file,) = expand([path])
    mapping = _mapping(path)
    mapping = replace(mapping, settings=replace(mapping.settings, internal_subset="allow" if subset else "refuse"))
    names = [entity.name for entity in entities_of(file, mapping)]
    paths = record_paths(mapping, names)
    scanning = scan(file, paths, chunk_bytes=1000, internal_subset="allow" if subset else "refuse")
    engine = make_engine(engine_name, mapping, names)
    rejects: list[str] = []
    with Reader(file) as reader:
        for span in list(scanning):
            data = reader.read(span)
            pieces = split(data, span.prefix, paths)
            batch = Batch(
                [data[start:end] for start, end, _ in pieces], ["0" * 32] * len(pieces), span.prefix, span.suffix, 1,
                paths=[index for _, _, index in pieces],
            )  # fmt: skip
            rejects += [bad.message for bad in engine.extract(batch).bad]
    summary = scanning.summary
    if summary.damage is not None:
        return Outcome("damaged", summary.damage.message)
    if rejects:
        return Outcome("rejects", rejects[0], summary.records)
    return Outcome("success", records=summary.records)


def _mapping(path: Path) -> Dataset:
    """An entity for each name that a child of the root has, or for none."""
    try:
        root = etree.parse(str(path), etree.XMLParser(recover=True, no_network=True, resolve_entities=False)).getroot()
    except etree.XMLSyntaxError:
        root = None
    tags = ["none"] if root is None else [root.tag, *(child.tag for child in root if isinstance(child.tag, str))]
    children = list(dict.fromkeys(tags[1:]))[:_MOST] or ["none"]
    text = "".join(f"  e{n}: {{record: /r/e{n}, key: generated, columns: {{text: .}}}}\n" for n in range(len(children)))
    mapping = parse_dataset(f"dataset: w3c\nentities:\n{text}")
    # Put in afterwards: some of the names are ones that no mapping can say.
    entities = [replace(e, record=(tags[0], tag)) for e, tag in zip(mapping.entities, children, strict=True)]
    return replace(mapping, entities=tuple(entities))
