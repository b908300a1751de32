"""Counts elements, attributes and text that no mapping reads, by path, with an example of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from lxml.etree import _Element

from loader.extract.elements import Node
from loader.mapping.paths import XSI_NAMESPACE, Names, clark

_EXAMPLE_CHARACTERS = 100
_XSI = clark(XSI_NAMESPACE, "")  # what a schema says about a document is no data of it

Counts = dict[str, tuple[int, str]]


class Unmapped:
    """The counts of a block, filled by the walk over its records and, if that cannot see everything, by `scan`."""

    def __init__(self, names: Names) -> None:
        self.counts: Counts = {}
        self._show, self._show_attribute = names.show, names.show_attribute

    def add(self, path: str, example: str) -> None:
        """Count a path once; the first example that is not empty is kept."""
        count, known = self.counts.get(path, (0, ""))
        self.counts[path] = (count + 1, known or " ".join(example.split())[:_EXAMPLE_CHARACTERS])

    def element(
        self, parent: str, element: _Element, attributes: Collection[str] = (), children: Collection[str] = ()
    ) -> int:
        """Count an element, its attributes and everything below it; returns the number of attributes. Some of its
        ``attributes``, and the text of some ``children``, are read by predicates.
        """
        number = 0
        for path, item in _below(element, parent, self._show, children):
            self.add(path, item.text or "")
            for name, value in item.items():
                if (item is not element or name not in attributes) and not str(name).startswith(_XSI):
                    self.add(f"{path}/@{self._show_attribute(str(name))}", str(value))
            number += len(item.keys())
        path = f"{parent}/{self._show(str(element.tag))}"
        return number + sum(self.inside(path, child) for name in children for child in element.iterchildren(name))

    def inside(self, parent: str, element: _Element, attributes: Collection[str] = ()) -> int:
        """Count the attributes of an element whose text is read, and of all below it; returns their number. Some of its
        ``attributes`` are read by predicates.
        """
        for path, item in _below(element, parent, self._show):
            self.attribute(path, item, attributes if item is element else ())
        return attributes_in(element)

    def attribute(self, path: str, element: _Element, known: Iterable[str]) -> None:
        """Count the attributes of an element that are not known."""
        for name, value in element.items():
            if name not in known and not str(name).startswith(_XSI):
                self.add(f"{path}/@{self._show_attribute(str(name))}", str(value))

    def stray(self, path: str, text: str) -> None:
        """Count text between elements that the mapping does not read."""
        self.add(f"{path}/text()", text)

    def scan(self, element: _Element, node: Node) -> None:
        """Count the attributes of elements that the mapping reads without reading any of their attributes."""
        stack = [] if node.counted else [(element, node)]
        while stack:
            element, node = stack.pop()
            if not node.attributes:
                self.attribute(node.path, element, ())
            for child in element[:]:
                known = node.children.get(str(child.tag))
                if known is not None and not (known.ignored or known.counted):
                    stack.append((child, known))
                elif known is None and node.text_conditions:
                    self.inside(node.path, child)


def attributes_in(element: _Element) -> int:
    """How many attributes an element and all below it have."""
    return sum(len(item.keys()) for item in element.iter())


def _below(
    element: _Element, parent: str, show: Callable[[str], str], without: Collection[str] = ()
) -> Iterator[tuple[str, _Element]]:
    """An element and all below it with their paths, in document order, ``without`` some of its child elements."""
    stack = [(f"{parent}/{show(str(element.tag))}", element)]
    while stack:
        path, item = stack.pop()
        yield path, item
        below = [child for child in reversed(item[:]) if item is not element or child.tag not in without]
        stack += [(f"{path}/{show(str(child.tag))}", child) for child in below]
