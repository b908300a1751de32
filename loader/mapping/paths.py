"""Paths of a mapping: element steps, `@attribute`, `.` and absolute paths to attributes of ancestors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_NAME = r"[^\W\d][\w.\-]*"
_STEP = re.compile(rf"(?:({_NAME}):)?({_NAME})", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Path:
    """The path to a value: Clark names of the element steps, then perhaps an attribute.

    ``steps`` is relative to the row's element, or to the document if ``absolute``. No steps and no attribute is
    ``.``: the row's own text.
    """

    text: str
    steps: tuple[str, ...] = ()
    attribute: str | None = None
    absolute: bool = False


class Names:
    """Shows Clark names with the mapping's own prefixes, as its author writes them."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._prefixes = {uri: prefix for prefix, uri in namespaces.items()}
        self._prefixes["http://www.w3.org/XML/1998/namespace"] = "xml"

    def show(self, tag: str) -> str:
        """`prefix:name`, or `name` in the default namespace, if that is declared; else the Clark name itself."""
        if not tag.startswith("{"):
            return f"{{}}{tag}" if "" in self._prefixes.values() else tag
        uri, local = tag[1:].split("}", 1)
        prefix = self._prefixes.get(uri)
        return tag if prefix is None else f"{prefix}:{local}" if prefix else local

    def show_attribute(self, name: str) -> str:
        """The same for an attribute, which has no namespace without a prefix."""
        uri, _, _ = name.removeprefix("{").partition("}")
        return self.show(name) if name.startswith("{") and self._prefixes.get(uri) else name


def parse_path(text: str, namespaces: Mapping[str, str]) -> Path:
    """Parse a column's path; raises ValueError with the mistake."""
    rest = text.removeprefix("./")
    absolute = rest.startswith("/")
    if text in {".", "./."}:
        return Path(text)
    *steps, last = rest[absolute:].split("/")
    if last.startswith("@"):
        attribute = _resolved(last[1:], namespaces, text, is_attribute=True)
    elif absolute:
        raise ValueError(f"path {text!r}: an absolute path must end with an attribute, as in '/root/@date'")
    else:
        steps, attribute = [*steps, last], None
    return Path(text, tuple(_resolved(step, namespaces, text) for step in steps), attribute, absolute)


def clark(uri: str | None, local: str) -> str:
    """The Clark name of a ``local`` name in a namespace (None, "": in none): ``{uri}local`` or ``local``."""
    return f"{{{uri}}}{local}" if uri else local


def parse_steps(text: str, namespaces: Mapping[str, str], *, absolute: bool) -> tuple[str, ...]:
    """Parse a path of elements only (a record, the rows of a child); returns Clark names."""
    rest = text.removeprefix("./")
    if rest.startswith("/") != absolute:
        if absolute:
            raise ValueError(f"path {text!r} must start with '/', as in '/releases/release'")
        raise ValueError(f"path {text!r} must be relative, as in 'images/image'")
    return tuple(_resolved(step, namespaces, text) for step in rest[absolute:].split("/"))


def _resolved(name: str, namespaces: Mapping[str, str], path: str, *, is_attribute: bool = False) -> str:
    """`p:name` or `name` as a Clark name (`{uri}name` or `name`); raises ValueError otherwise.

    An element without a prefix is in the namespace of the prefix "", if the mapping declares one; an attribute without
    a prefix never is, as in XML.
    """
    match = _STEP.fullmatch(name)
    if match is None:
        raise ValueError(f"path {path!r}: {name!r} is not an element or attribute name")
    prefix, local = match.groups()
    if prefix is None:
        default = None if is_attribute else namespaces.get("")
        return clark(default, name)
    uri = XML_NAMESPACE if prefix == "xml" else namespaces.get(prefix)
    if not uri:
        raise ValueError(f"path {path!r}: the prefix {prefix!r} is not declared under 'namespaces'")
    return clark(uri, local)
