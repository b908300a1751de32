"""Start tags, attributes and namespaces, read from raw bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from loader.errors import UsageError
from loader.mapping.dataset import Dataset
from loader.mapping.outside import Outside
from loader.mapping.paths import XML_NAMESPACE, clark
from loader.mapping.steps import Predicate, tags_of, takes_all
from loader.source.xml.subset import defaults, tokenized

SPACE = rb"[ \t\r\n]"
NAME = rb"[^ \t\r\n/<>=&\"'!?]+"
# An attribute value cannot contain `<`, so a start tag never reaches into the next one. Each turn of the loop starts
# with a quote: there are no two ways to match, hence no exponential backtracking.
_ATTRIBUTES = rb"""[^<>"']*(?:"[^<"]*"[^<>"']*|'[^<']*'[^<>"']*)*"""
START_TAG = re.compile(SPACE + rb"*<(" + NAME + rb")(?=[ \t\r\n/>])" + _ATTRIBUTES + rb">")
ATTRIBUTE = rb"(" + NAME + rb")" + SPACE + rb"*=" + SPACE + rb"""*(?:"([^"]*)"|'([^']*)')"""
# A name without a value is skipped as a whole: retried from each of its letters, a long one would take hours.
_NAME_OR_ATTRIBUTE = re.compile(ATTRIBUTE + rb"|" + NAME)
# Text that only looks like a tag is passed as a whole.
_TAG_OR_ASIDE = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(" + NAME + rb")(?=[ \t\r\n/>])" + _ATTRIBUTES + rb">", re.DOTALL
)
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|([^&;#\s]+));")
_OWN_NAME = re.compile(rb"<(" + NAME + rb")")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENTITY = re.compile(rb"<!ENTITY" + SPACE + rb"+(" + NAME + rb")" + SPACE + rb"+(\"[^\"]*\"|'[^']*')")
UNBOUND = "{?}"  # namespace of an undeclared prefix: no path matches it


@dataclass(frozen=True)
class RecordPath:
    """A path to the records of an entity: steps from the root to the record element, with predicates that the start
    tags decide. ``index``: of the entity among those of the source (None: that of the path). ``outside``: what the
    entity reads from outside of these records. ``aliases``: Dataset.aliases, the same for all paths.
    """

    entity: str
    steps: tuple[str, ...]
    index: int | None = None
    outside: frozenset[Outside] = frozenset()
    aliases: tuple[tuple[str, str], ...] = ()


def record_paths(dataset: Dataset, names: Sequence[str]) -> list[RecordPath]:
    """The record paths of entities, in the order of their names."""
    return [
        RecordPath(name, steps, index, dataset.outside_at(name, steps), tuple(dataset.aliases.items()))
        for index, name in enumerate(names)
        for steps in dataset.entity(name).record_paths
    ]


def check_paths(paths: Sequence[RecordPath]) -> None:
    """Raise UsageError if a record path is empty or leads into the records of another one."""
    for number, path in enumerate(paths):
        if not path.steps:
            raise UsageError(f"the record path of {path.entity} is empty")
        for place, other in enumerate(paths):
            if other is path or tags_of(other.steps[: len(path.steps)]) != tags_of(path.steps):
                continue
            is_longer = len(other.steps) > len(path.steps)
            is_later = place > number and other.entity != path.entity
            if is_longer or (is_later and takes_all(path.steps, other.steps)):
                raise UsageError(f"the records of {other.entity} lie in (or are) the records of {path.entity}")


def attributes(tag: bytes, entities: Mapping[str, str] = _PREDEFINED) -> Iterator[tuple[bytes, str]]:
    """(qualified name, value) of each attribute of a start tag, normalised as XML defines."""
    body = tag.split(None, 1)
    if len(body) == 2:
        for found in _NAME_OR_ATTRIBUTE.finditer(body[1]):
            if found[1] is not None:
                yield found[1], _value(found[2] if found[2] is not None else found[3], entities)


def declared(tag: bytes, inherited: dict[bytes, str], aliases: Mapping[str, str]) -> dict[bytes, str]:
    """Prefixes in scope inside the element; the default namespace has the prefix b''."""
    if b"xmlns" not in tag:
        return inherited
    scope = dict(inherited)
    for name, value in attributes(tag):
        if name == b"xmlns":
            scope[b""] = aliases.get(value, value)
        elif name.startswith(b"xmlns:"):
            scope[name[6:]] = aliases.get(value, value)
    return scope


def unified(data: bytes, aliases: Mapping[str, str]) -> bytes:
    """The same text with declarations of the URIs for which others are aliases: the elements of a parser then have the
    names of the mapping.
    """

    def replaced(found: re.Match[bytes]) -> bytes:
        name = found[1] or b""
        raw = found[2] if found[2] is not None else found[3]
        if (name != b"xmlns" and not name.startswith(b"xmlns:")) or (
            uri := aliases.get(_value(raw, _PREDEFINED))
        ) is None:
            return found[0]
        return name + b'="' + uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").encode() + b'"'

    if not any(b"&" in uri or uri in data for uri in map(str.encode, aliases)):
        return data
    return _TAG_OR_ASIDE.sub(lambda tag: tag[0] if tag[1] is None else _NAME_OR_ATTRIBUTE.sub(replaced, tag[0]), data)


def resolved(name: bytes, scope: dict[bytes, str], *, is_attribute: bool = False) -> str:
    """The Clark name of a name in a tag; with an undeclared prefix, it begins with UNBOUND."""
    prefix, colon, local = name.partition(b":")
    if not colon:
        prefix, local = b"", name
        if is_attribute:
            return local.decode("utf-8", "replace")
    text = local.decode("utf-8", "replace")
    if prefix == b"xml":
        return clark(XML_NAMESPACE, text)
    uri = scope.get(prefix)
    if uri is None:
        return UNBOUND + name.decode("utf-8", "replace") if colon else text
    return clark(uri, text)


def plain_attributes(tag: bytes, scope: dict[bytes, str], doctype: bytes = b"") -> dict[str, str]:
    """Clark name -> value of the attributes that do not declare a namespace. ``doctype`` may declare entities, default
    attributes, and types of attributes.
    """
    own = _OWN_NAME.match(tag) if doctype else None
    lists = tokenized(doctype).get(own[1], ()) if own else ()
    found = {
        resolved(name, scope, is_attribute=True): " ".join(filter(None, value.split(" "))) if name in lists else value
        for name, value in attributes(tag, _entities(doctype) if doctype else _PREDEFINED)
        if name != b"xmlns" and not name.startswith(b"xmlns:")
    }
    for name, raw in (defaults(doctype).get(own[1], {}) if own else {}).items():
        found.setdefault(resolved(name, scope, is_attribute=True), _value(raw, {}))
    return found


def passes(attributes: dict[str, str], predicates: Sequence[Predicate]) -> bool:
    """Whether a start tag with these attributes meets the predicates of a step."""
    return all(predicate.holds(attributes.get(predicate.name)) for predicate in predicates)


@lru_cache(maxsize=64)
def _entities(doctype: bytes) -> Mapping[str, str]:
    """The texts of the entities that a DOCTYPE declares (none contains another), and of those of XML itself."""
    declared = {found[1].decode("utf-8", "replace"): found[2][1:-1] for found in reversed([*_ENTITY.finditer(doctype)])}
    return {**{name: _value(_value(text, {}).encode(), _PREDEFINED) for name, text in declared.items()}, **_PREDEFINED}


def _value(raw: bytes, entities: Mapping[str, str]) -> str:
    def text_of(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name:
            return entities.get(name, found[0])
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return chr(code) if code <= 0x10FFFF else found[0]

    text = raw.decode("utf-8", "replace").replace("\r\n", " ")
    return _REFERENCE.sub(text_of, re.sub(r"[\t\r\n]", " ", text))
