"""Predicates on attributes as arrays: which elements pass, and the proof that all others were left out on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from loader.extract.columnar.arrays import Flags, Ints
from loader.extract.columnar.lexer import NotPlainError, require_no_references
from loader.extract.columnar.scheme import GateScheme, Passages, Reading
from loader.extract.columnar.tree import Group, Tree
from loader.mapping.steps import Predicate

Equal = Callable[[Ints, Ints, bytes], Flags]


class Gates:
    """The gates that the elements of a block have passed."""

    def __init__(self, schemes: Sequence[GateScheme], tree: Tree, equal: Equal, references: Ints) -> None:
        self._tree, self._equal, self._references = tree, equal, references
        self._passed = [self._passes(scheme) for scheme in schemes]

    def mask(self, group: Group, passages: Passages) -> Flags | None:
        """Which elements of a group have passed; None: all."""
        if not passages:
            return None
        found = np.zeros(len(group.node), np.bool_)
        for passage in passages:
            one = np.ones(len(group.node), np.bool_)
            for gate, hops in passage:
                one &= self._passed[gate][self._tree.above(group, hops)]
            found |= one
        return found

    def select(self, group: Group, passages: Passages) -> Group:
        """The elements of a group that have passed."""
        mask = self.mask(group, passages)
        if mask is None:
            return group
        return Group(group.node[mask], group.parent[mask], group.begin[mask], group.length[mask])

    def check(self, readings: Sequence[Reading]) -> None:
        """Proves that nothing is left out that must be counted. ``readings``: outer elements first."""
        if not readings:
            return
        skipped = np.zeros(len(self._tree.tag), np.bool_)
        for reading in readings:
            group = self._tree.elements(reading.path)
            read = self.mask(group, reading.passages)
            above = skipped[group.parent]
            if read is not None:
                unread = ~read & ~above
                if not reading.ignored and unread.any():
                    raise NotPlainError(self._tree.places(group.node[unread]))
                above |= unread
            skipped[group.node] = above
            for number, passages in reading.attributes:
                given = self._tree.attribute(number)
                passed = self.mask(given, passages)
                if passed is not None and (unread := ~passed & ~skipped[given.node]).any():
                    raise NotPlainError(self._tree.places(given.node[unread]))

    def _passes(self, scheme: GateScheme) -> Flags:
        """By node: whether it passes a gate."""
        passed = np.zeros(len(self._tree.tag), np.bool_)
        passed[self._tree.elements(scheme.path).node] = True
        for predicate, number in scheme.predicates:
            group = self._tree.attribute(number)
            holds = np.zeros(len(passed), np.bool_)
            if predicate.kind in {"present", "missing"}:
                holds[group.node] = True
            else:
                holds[group.node] = self._compared(group, predicate)
            passed &= ~holds if predicate.kind == "missing" else holds
        return passed

    def _compared(self, group: Group, predicate: Predicate) -> Flags:
        begin, length = group.begin, group.length
        require_no_references(self._references, begin, length, self._tree.places(group.node))
        equal = self._equal(begin, length, predicate.value.encode())
        return equal if predicate.kind == "equal" else ~equal
