"""Paths of a mapping: element steps, `@attribute`, `.` and absolute paths to attributes of ancestors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.steps import PARENT, are_plain, parse_step, split_steps, step_parts
from loader.nearest import did_you_mean

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI_NAMESPACE}}}nil"
_KNOWN = {"xml": XML_NAMESPACE, "xsi": XSI_NAMESPACE}  # prefixes that a mapping need not declare
# Prefixes that mean the same everywhere, for messages.
_USUAL = {
    "xlink": "http://www.w3.org/1999/xlink", "mml": "http://www.w3.org/1998/Math/MathML",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom", "xhtml": "http://www.w3.org/1999/xhtml",
}  # fmt: skip
_NAME = r"[^\W\d][\w.\-]*"
_STEP = re.compile(rf"(?:({_NAME}):)?({_NAME})", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Path:
    """The path to a value: the element steps (see loader/mapping/steps.py), of which the first ones may be ``..``, then
    perhaps an attribute.

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
        self._prefixes[XML_NAMESPACE] = "xml"

    def show(self, tag: str) -> str:
        """`prefix:name`, or `name` in the default namespace, if that is declared; else the Clark name itself."""
        if not tag.startswith("{"):
            return f"{{}}{tag}" if "" in self._prefixes.values() else tag
        uri, local = tag[1:].split("}", 1)
        prefix = self._prefixes.get(uri)
        return tag if prefix is None else f"{prefix}:{local}" if prefix else local

    def as_value(self, tag: str) -> str:
        """A name as a value of data: `name` if it has no namespace or the default one, else as ``show`` does."""
        uri, _, local = tag.rpartition("}")
        return local if self._prefixes.get(uri[1:], None if uri else "") == "" else self.show(tag)

    def show_step(self, step: str) -> str:
        """A resolved step with its predicates."""
        tag, predicates = step_parts(step)
        names = (self.show, self.show_attribute)
        return self.show(tag) + "".join(each.written(lambda name, of: names[of](name)) for each in predicates)

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
    *steps, (place, last) = _split(text, absolute=absolute)
    if last.startswith("@"):
        attribute = _resolved(last[1:], namespaces, text, is_attribute=True)
    else:
        steps, attribute = [*steps, (place, last)], None
    ups = next((i for i, (_, step) in enumerate(steps) if step != PARENT or absolute), len(steps))
    found = (PARENT,) * ups + tuple(_step(step, place, namespaces, text) for place, step in steps[ups:])
    if absolute and not are_plain(found):
        raise ValueError(f"path {text!r}: an absolute path leads around the records, where there are no predicates")
    return Path(text, found, attribute, absolute)


def is_nil(value: str | None) -> bool:
    """Whether a value of the attribute NIL says that an element without content has no value."""
    return value is not None and value.strip(WHITE_SPACE) in {"true", "1"}


def clark(uri: str | None, local: str) -> str:
    """The Clark name of a ``local`` name in a namespace (None, "": in none): ``{uri}local`` or ``local``."""
    return f"{{{uri}}}{local}" if uri else local


def parse_steps(text: str, namespaces: Mapping[str, str], *, absolute: bool) -> tuple[str, ...]:
    """Parse a path of elements only (a record, the rows of a child) to steps; absolute ones are those of records. No
    steps is ``.``: the element of the parent's row.
    """
    rest = text.removeprefix("./")
    if rest.startswith("/") != absolute:
        if absolute:
            raise ValueError(f"path {text!r} must start with '/', as in '/releases/release'")
        raise ValueError(f"path {text!r} must be relative, as in 'images/image'")
    if rest == ".":
        return ()
    found = _split(text, absolute=absolute)
    return tuple(_step(step, place, namespaces, text, of_tag=absolute) for place, step in found)


def _split(text: str, *, absolute: bool) -> list[tuple[int, str]]:
    """The written steps with their places in the path."""
    begin = len(text) - len(text.removeprefix("./")) + absolute
    try:
        return list(split_steps(text, begin))
    except ValueError as error:
        raise ValueError(f"path {text!r}: {error}") from None


def _step(text: str, place: int, namespaces: Mapping[str, str], path: str, *, of_tag: bool = False) -> str:
    def resolve(name: str, is_attribute: bool) -> str:
        return _resolved(name, namespaces, path, is_attribute=is_attribute)

    try:
        return parse_step(text, place, resolve, of_tag=of_tag)
    except ValueError as error:
        message = str(error)
        raise ValueError(message if message.startswith("path ") else f"path {path!r}: {message}") from None


def _resolved(name: str, namespaces: Mapping[str, str], path: str, *, is_attribute: bool = False) -> str:
    """`p:name` or `name` as a Clark name (`{uri}name` or `name`); raises ValueError otherwise.

    An element without a prefix is in the namespace of the prefix "", if the mapping declares one; an attribute without
    a prefix never is, as in XML.
    """
    match = _STEP.fullmatch(name)
    if name == PARENT:
        raise ValueError(f"path {path!r}: '..' is possible only at the beginning of a column's path")
    if match is None:
        raise ValueError(f"path {path!r}: {name!r} is not an element or attribute name")
    prefix, local = match.groups()
    if prefix is None:
        default = None if is_attribute else namespaces.get("")
        return clark(default, name)
    uri = XML_NAMESPACE if prefix == "xml" else namespaces.get(prefix, _KNOWN.get(prefix))
    if not uri:
        raise ValueError(
            f"path {path!r}: the prefix {prefix!r} is not declared under 'namespaces'{_missing(prefix, namespaces)}"
        )
    return clark(uri, local)


def _missing(prefix: str, namespaces: Mapping[str, str]) -> str:
    """The prefix that was meant, or the line that declares it."""
    meant = did_you_mean(prefix, namespaces)
    return meant or f'; it needs a line there, as in {prefix}: "{_USUAL.get(prefix, "URI of the namespace")}"'
