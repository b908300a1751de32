"""Values of elements that ended before the records that read them, gathered while a document is walked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from loader.mapping.outside import Outside
from loader.mapping.paths import NIL, is_nil
from loader.source.xml.markup import Broken, RefusedError
from loader.source.xml.tags import RecordPath, plain_attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST = 64 * 1024  # bytes of an element that is kept for the records behind it
# In a dump composed of records, the values of the next one: the elements before it are not there.
VALUES = b"<?dumploader-values "

Values = Mapping[str, Sequence[str | None]]  # by Outside.key; None is NULL


def given(values: Values) -> bytes:
    """The processing instruction that gives values."""
    return VALUES + json.dumps(values).replace(">", "\\u003e").encode() + b"?>"


def parsed(text: bytes, level: int) -> _Element | None:
    """The element in a document with so many others around it; None if it is not well-formed."""
    from lxml import etree  # late: most mappings read no such values

    parser = etree.XMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        resolve_entities="internal",
        no_network=True,
        attribute_defaults=True,
    )
    try:
        element = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        return None
    for _ in range(level):
        element = element[0]
    return element


class Before:
    """The values that records read, as far as they have been met. ``wanted``: what is looked for.

    A value belongs to the element around the records in which it was found, and is forgotten when that ends.
    """

    def __init__(self, paths: Sequence[RecordPath]) -> None:
        self.wanted = sorted({each for path in paths for each in path.outside if each.is_before}, key=lambda o: o.key)
        self.values: dict[str, Sequence[str | None]] = {}
        self._keys = [[each.key for each in path.outside if each.is_before] for path in paths]
        self._read: set[str] = set()  # what records have read since the element around them began
        self._are_given = False

    def of_level(self, numbers: Iterable[int], level: int) -> list[Outside]:
        """Those with some numbers whose element has so many others around it."""
        return [each for each in map(self.wanted.__getitem__, numbers) if len(each.steps) == level + 1]

    def forget(self, numbers: Iterable[int], level: int) -> None:
        """An element around records begins or ends that has so many others around it."""
        for each in map(self.wanted.__getitem__, numbers):
            if each.anchor == level + 1:
                self.values.pop(each.key, None)
                self._read.discard(each.key)

    def note_record(self, path: int) -> None:
        """A record at a path reads what has been found up to it."""
        if self.wanted:
            self._read.update(self._keys[path])

    def note_tag(self, wanted: Iterable[Outside], tag: bytes, scope: dict[bytes, str], doctype: bytes, at: int) -> bool:
        """A start tag, at an offset, of elements that are looked for; whether it changes what is known."""
        attributes: dict[str, str] | None = None
        found = False
        for each in wanted:
            if each.attribute is None:
                found = self._add(each, [""], at) or found
                continue
            attributes = plain_attributes(tag, scope, doctype) if attributes is None else attributes
            if each.attribute in attributes:
                found = self._add(each, [attributes[each.attribute]], at) or found
        return found

    def within(self, numbers: Iterable[int], data: bytes) -> list[Outside]:
        """Those with some numbers that may be in an element with these bytes."""
        if self._are_given:
            return []
        return [each for each in map(self.wanted.__getitem__, numbers) if _local(each.steps[-1]) in data]

    def note_element(self, wanted: Iterable[Outside], element: _Element, level: int, at: int) -> bool:
        """A whole element, at an offset, to which so many steps lead; whether that changes anything."""
        return any([self._add(each, list(_texts(each, element, level)), at) for each in wanted])

    def give(self, aside: bytes, at: int) -> None:
        """Take the values of the next record from a processing instruction; all others are ignored from then on. Raises
        Broken if it is none of a composed dump.
        """
        try:
            found: dict[str, Sequence[str | None]] = {}
            values = json.loads(aside[len(VALUES) : -len(b"?>")])
            for key in values:
                found[str(key)] = [None if each is None else str(each) for each in values[key]]
        except (ValueError, TypeError, LookupError) as error:
            raise Broken(at, f"this processing instruction gives no values of records: {error}") from error
        self.values, self._are_given = found, True

    def _add(self, wanted: Outside, texts: Sequence[str | None], at: int) -> bool:
        if self._are_given or not texts:
            return False
        if wanted.key in self._read:
            raise Broken(at, f"{wanted.shown} is here, behind a record that reads its value: it must come before it")
        known = list(self.values.get(wanted.key, ()))
        if wanted.repeat == "error" and len(known) + len(texts) > 1:
            raise RefusedError(
                f"{wanted.shown} occurs once more at byte {at}, but the mapping expects it once before the records",
                hint="'repeat' says which of several values counts: first, last, join or array",
            )
        chosen = {"first": (known or [*texts])[:1], "last": [*texts][-1:]}.get(wanted.repeat, [*known, *texts])
        if sum(len(text or "") for text in chosen) > LONGEST:
            raise too_long(wanted.shown, at)
        self.values[wanted.key] = chosen
        return chosen != known


def too_long(shown: str, at: int) -> RefusedError:
    """Why a value is not kept."""
    return RefusedError(
        f"{shown} at byte {at} has more than {LONGEST // 1024} KB, the most that is kept of a value for later records"
    )


def _texts(wanted: Outside, element: _Element, level: int) -> Iterator[str | None]:
    """What is read of the elements to which the remaining steps lead."""
    found = [element]
    for step in wanted.steps[level:]:
        found = [child for each in found for child in each.iterchildren(step)]
    for each in found:
        if wanted.attribute is not None:
            value = each.get(wanted.attribute)
            if value is not None:
                yield str(value)
        elif wanted.read_as == "exists":
            yield ""
        elif not len(each) and not each.text:
            yield None if is_nil(each.get(NIL)) else ""
        elif wanted.read_as == "own_text":
            yield "".join([each.text or "", *(child.tail or "" for child in each)])
        else:
            yield "".join(each.itertext())


def _local(name: str) -> bytes:
    return name.rpartition("}")[2].encode()
