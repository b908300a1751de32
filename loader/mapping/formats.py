"""The formats of records: a mapping chooses one by `read`, and each has a module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from loader.mapping.paths import Path

XML = "xml"  # of an entity that names no format

# The module of each format, with the format as FORMAT (a loader.source.protocol.Format), by its name in mappings.
# Imported when a mapping names it: no other code knows which formats there are.
FORMATS = {XML: "loader.formats.xml.format"}


class Addresses(Protocol):
    """How a format addresses parts of its records. Each method raises ValueError for a text that is not an address."""

    def record(self, text: str | None, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        """The path to the records of an entity, in steps; ``text`` is None if the mapping has none."""

    def rows(self, text: str, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        """The path to the rows of a child table, in steps from the row of its parent."""

    def column(self, text: str, namespaces: Mapping[str, str]) -> Path:
        """The path to the value of a column."""


def format_named(name: str) -> Any:
    """The format of that name; raises KeyError if there is none."""
    return import_module(FORMATS[name]).FORMAT
