"""Dumps at paths, whatever XML they hold, as tests and benchmarks of their reading take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loader.source.kinds import refuse_csv
from loader.source.listing import list_sources
from loader.source.packing.format import SourceFile
from loader.source.xml.check import check_is_xml


class AnyXml:
    """Takes any file that is XML."""

    suffixes = frozenset({".xml"})
    check_name = staticmethod(refuse_csv)
    check = staticmethod(check_is_xml)

    def takes_name(self, names: Sequence[str]) -> None:
        pass


def expand(paths: Sequence[Path]) -> list[SourceFile]:
    """The sources at the paths. Raises as list_sources does."""
    return list_sources(paths, AnyXml()).sources
