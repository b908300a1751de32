"""The formats of records: what a mapping chooses by `read`, and the module that knows each."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from loader.mapping.paths import Path

XML = "xml"  # of an entity that does not say

# By its name in mappings the module that has the format as FORMAT, a loader.source.protocol.Format. Imported when a
# mapping names it: nothing else knows which formats there are.
FORMATS = {XML: "loader.formats.xml.format"}


class Addresses(Protocol):
    """How a format says where in its records something stands. Each raises ValueError for a text that is no address."""

    def record(self, text: str | None, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        """Where the records of an entity stand, in steps; ``text`` is None where the mapping does not say."""

    def rows(self, text: str, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        """Where the rows of a child table stand, in steps from the row of its parent."""

    def column(self, text: str, namespaces: Mapping[str, str]) -> Path:
        """Where the value of a column stands."""


def format_named(name: str) -> Any:
    """The format of that name; KeyError when there is none."""
    return import_module(FORMATS[name]).FORMAT
