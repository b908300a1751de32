"""The open elements around the records, and the meaning of a start tag below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from loader.mapping.steps import step_parts
from loader.source.xml.before import Before
from loader.source.xml.markup import OwnTag
from loader.source.xml.tags import RecordPath, declared, passes, plain_attributes, resolved

_DISTINCT = 1000  # unmatched paths that are counted separately
_REST = "(other paths)"


class Context(NamedTuple):
    """What a parser must see before and after the records of a span. ``meaning``: what of it determines their rows, so
    that records with equal ones may be parsed inside of the same elements; () if it was not read from a document.
    ``values``: what the records read of elements that ended before them.
    """

    prefix: bytes
    suffix: bytes
    meaning: tuple[object, ...] = ()
    values: Mapping[str, Sequence[str | None]] = {}


@dataclass(frozen=True, slots=True)
class Element:
    """An element outside records: its names, its start tag as written, the paths that it may lead to. ``read``: the
    values of its attributes that entities read.
    """

    name: bytes
    clark: str
    tag: bytes
    namespaces: dict[bytes, str] = field(repr=False)
    alive: tuple[int, ...]
    read: tuple[str | None, ...] = ()


class Ancestors:
    """The stack of open elements that lead to records, or to values that are read before them. It is never deeper than
    the longest of these paths. ``looks_before``: whether such values are looked for.
    """

    def __init__(self, paths: Sequence[RecordPath], *, looks_before: bool = True) -> None:
        self.stack: list[Element] = []
        self.context = Context(b"", b"", (b"", {}))
        self.known: dict[bytes, OwnTag] = {}  # names of records that are children of the innermost ancestor
        self.doctype = b""
        self.roots = 0
        self.root = ""
        self.root_attributes: dict[str, str] = {}
        self.before = Before(paths if looks_before else ())
        self.aliases = dict(paths[0].aliases) if paths else {}
        self._paths = paths
        # After the paths of records, those of values.
        all_steps = [path.steps for path in paths] + [each.steps for each in self.before.wanted]
        self._steps = [tuple(map(step_parts, steps)) for steps in all_steps]
        self._read: dict[int, list[str]] = {}  # the attributes that are read, by level
        around = {(each.anchor - 1, each.attribute) for path in paths for each in path.outside if not each.is_before}
        for level, attribute in sorted((level, name) for level, name in around if name):
            self._read.setdefault(level, []).append(attribute)
        self._met: set[int] = set()  # the paths whose root element was in the stream
        self._tags: dict[tuple[bytes, int], OwnTag] = {}

    def element(self, name: bytes, tag: bytes) -> Element:
        """The element that a start tag opens here."""
        parent = self.stack[-1] if self.stack else None
        scope = declared(tag, parent.namespaces if parent else {}, self.aliases)
        known, level = resolved(name, scope), len(self.stack)
        candidates = parent.alive if parent else range(len(self._steps))
        alive = tuple(i for i in candidates if len(self._steps[i]) > level and self._steps[i][level][0] == known)
        names = self._read.get(level, ()) if alive else ()
        attributes = {}
        if names or any(self._steps[i][level][1] for i in alive):
            attributes = plain_attributes(tag, scope, self.doctype)
            alive = tuple(i for i in alive if passes(attributes, self._steps[i][level][1]))
        return Element(name, known, tag, scope, alive, tuple(map(attributes.get, names)))

    def note_root(self, element: Element) -> None:
        """Remember the first root element of the stream, and the paths to which any root element leads."""
        self.roots += 1
        self._met.update(index for index in element.alive if index < len(self._paths))
        if self.roots == 1:
            self.root = element.clark
            self.root_attributes = plain_attributes(element.tag, element.namespaces, self.doctype)

    def entities_met(self) -> list[str]:
        """The entities of which the stream has contained a document so far."""
        return list(dict.fromkeys(self._paths[index].entity for index in sorted(self._met)))

    def record(self, element: Element) -> OwnTag | None:
        """The tag to look for if the element is a record."""
        level, holds_values = len(self.stack) + 1, any(True for _ in self.values_in(element))
        index = next((i for i in element.alive if len(self._steps[i]) == level and i < len(self._paths)), None)
        if index is None:
            return None
        self.before.note_record(index)
        entity = self._paths[index].index
        entity = index if entity is None else entity
        own = self._tags.get((element.name, entity))
        if own is None:
            own = self._tags[element.name, entity] = OwnTag(element.name, entity)
        # Here the name alone must tell a record's path.
        ends = [steps[-1] for steps in self._steps[: len(self._paths)] if len(steps) == level]
        is_known = not (holds_values or any(predicates for tag, predicates in ends if tag == element.clark))
        if is_known and self.stack and element.namespaces is self.stack[-1].namespaces:
            self.known[element.name] = own
        return own

    def declare(self, doctype: bytes) -> None:
        """The next element is the root of a document with this DOCTYPE; b"" also after a record that was a document."""
        self.doctype = doctype
        self.refresh()

    def values_in(self, element: Element) -> Iterator[int]:
        """The numbers, in ``before``, of the values to which an element leads."""
        return (index - len(self._paths) for index in element.alive if index >= len(self._paths))

    def enter(self, element: Element) -> None:
        """Descend into an element that leads to records, or to values before them."""
        self.before.forget(self.values_in(element), len(self.stack))
        self.stack.append(element)
        self.refresh()

    def leave(self) -> None:
        """Ascend after the end tag of the innermost element."""
        element = self.stack.pop()
        self.before.forget(self.values_in(element), len(self.stack))
        if not self.stack:
            self.doctype = b""  # the next document has its own
        self.refresh()

    def path(self, element: str) -> str:
        """The path of a child of the innermost ancestor, for people."""
        return "/".join(["", *(ancestor.clark for ancestor in self.stack), element])

    def refresh(self) -> None:
        """The context has changed: the elements around the next records, or the values before them."""
        self.known = {}
        prefix = b"".join([self.doctype, *(ancestor.tag for ancestor in self.stack)])
        suffix = b"".join(b"</" + ancestor.name + b">" for ancestor in reversed(self.stack))
        meaning = [(item.name, item.namespaces, item.alive, item.read) for item in self.stack]
        values = dict(self.before.values)
        self.context = Context(prefix, suffix, (self.doctype, values, *meaning), values)


class Unmatched:
    """Counts, with an example each, elements between records that no path matches."""

    def __init__(self) -> None:
        self.counts: dict[str, tuple[int, str]] = {}

    def add(self, path: str, example: bytes) -> None:
        """Count one more for the path; the text of the first one is the example."""
        if path not in self.counts and len(self.counts) >= _DISTINCT:
            path = _REST
        count, shown = self.counts.get(path, (0, ""))
        self.counts[path] = (count + 1, shown or example.decode("utf-8", "replace"))
