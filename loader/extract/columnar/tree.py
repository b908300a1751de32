"""The elements of a block as a tree: their paths and parents, level by level, and the proof that tags match."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.extract.columnar.arrays import Bytes, Codes, Flags, Ints
from loader.extract.columnar.lexer import Attributes, NotPlainError, Tags, require
from loader.extract.columnar.scheme import Scheme

_SPACE = 0x20  # lower characters can only be white space here
_DEEPEST = 100  # levels; each costs a few passes


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of one path in document order: indexes of nodes and of their parents, and the start and length of each
    value. The value is an attribute's, or the text of an element without child elements.
    """

    node: Ints
    parent: Ints
    begin: Ints
    length: Ints

    def part(self, first: int, last: int) -> Group:
        """Some of the nodes, without a copy."""
        return Group(
            self.node[first:last], self.parent[first:last], self.begin[first:last], self.length[first:last]
        )  # fmt: skip


class Tree:
    """The elements ("nodes"), outer levels first, in document order within a level.

    ``tag``: index of a node's start tag; ``parent``: index of its parent node, -1 for a record.
    """

    def __init__(self, data: Bytes, tags: Tags, scheme: Scheme, records: Ints) -> None:
        self._data, self._tags, self._scheme = data, tags, scheme
        # Whether a tag starts an element with child elements.
        self._holds = ~(tags.is_end | tags.is_empty | np.append(tags.is_end[1:], True))
        self.tag, self.parent, path = self._levels(records)
        self._bounds = _bounds(path, scheme.paths)
        self._elements = self._texts(np.argsort(path, kind="stable"), path)
        self._attribute_bounds = [0] * (scheme.attributes + 2)
        self._attributes = self._elements
        if tags.attributes is not None:
            self._place_attributes(tags.attributes, path)

    def elements(self, path: int) -> Group:
        """The elements at a path."""
        return self._elements.part(self._bounds[path], self._bounds[path + 1])

    def attribute(self, number: int) -> Group:
        """The elements that have an attribute, and its values."""
        return self._attributes.part(self._attribute_bounds[number], self._attribute_bounds[number + 1])

    def above(self, group: Group, hops: int) -> Ints:
        """The ancestors of nodes, so many levels up."""
        if not hops:
            return group.node
        nodes = group.parent
        for _ in range(hops - 1):
            nodes = self.parent[nodes]
        return nodes

    def places(self, nodes: Ints) -> Ints:
        """The positions of the first bytes of some nodes."""
        return self._tags.opening[self.tag[nodes]]

    # Levels

    def _levels(self, records: Ints) -> tuple[Ints, Ints, Codes]:
        """Tags, parents and paths of all nodes."""
        tags, scheme = self._tags, self._scheme
        level = self._level_of_tags(records)
        starts = np.flatnonzero(~tags.is_end)
        holds = self._holds[starts]
        self._check_ends(level)
        start_level = level[starts]
        nodes: list[Ints] = []
        parents: list[Ints] = []
        paths: list[Codes] = []
        # There is nothing around the records: no node, no path.
        done, holder, holder_path, children = 0, np.full(1, -1), np.zeros(1, np.int64), np.full(1, len(records))
        holder_start = holder
        for depth in range(int(start_level.max()) + 1):
            is_here = start_level == depth
            here = np.flatnonzero(is_here)
            node = starts[here]
            if depth:
                # A parent's children are the nodes of this level up to the first one of the next parent.
                before = np.cumsum(is_here, dtype=np.int32)[holder_start]
                children = np.diff(np.append(before, len(node)))
            elif not np.array_equal(tags.opening[node], records):
                raise NotPlainError(np.setxor1d(tags.opening[node], records))
            path = scheme.child[np.repeat(holder_path * scheme.width, children) + tags.name[node]]
            require(path != 0, tags.opening, node)
            nodes.append(node)
            parents.append(np.repeat(holder, children))
            paths.append(path)
            inner = np.flatnonzero(holds[here])
            holder, holder_start, holder_path = inner + done, here[inner], path[inner].astype(np.int64)
            done += len(node)
        return np.concatenate(nodes), np.concatenate(parents), np.concatenate(paths)

    def _level_of_tags(self, records: Ints) -> Codes:
        """The depth of each tag, the same for both tags of an element."""
        tags = self._tags
        step = np.int8(1) - 2 * tags.is_end.view(np.int8) - tags.is_empty.view(np.int8)
        after = np.cumsum(step, dtype=np.int32)
        level = after - (step == 1)
        if not len(after) or after[-1] != 0 or level.min() < 0 or level.max() > _DEEPEST:
            raise NotPlainError(_unbalanced(step, np.searchsorted(tags.opening, records), records))
        narrow: Codes = level.astype(np.int8)
        return narrow

    def _check_ends(self, level: Codes) -> None:
        """Proves that every end tag has the name of its start tag."""
        tags = self._tags
        is_simple = ~tags.is_end[:-1] & ~tags.is_empty[:-1] & tags.is_end[1:]
        require(~is_simple | (tags.name[:-1] == tags.name[1:]), tags.opening[:-1])
        # The other end tags follow an end tag or an empty element; on one level they are in the order of their start
        # tags.
        outer = np.flatnonzero(self._holds)
        ends = np.flatnonzero(tags.is_end[1:] & (tags.is_end[:-1] | tags.is_empty[:-1])) + 1
        outer = outer[np.argsort(level[outer], kind="stable")]
        ends = ends[np.argsort(level[ends], kind="stable")]
        require(tags.name[outer] == tags.name[ends], tags.opening, outer)

    # Values

    def _texts(self, node: Ints, path: Codes) -> Group:
        """All elements, by path, with their texts."""
        tags = self._tags
        tag = self.tag[node]
        has_text = self._scheme.has_text[path[node]]
        require(~(has_text & self._holds[tag]), tags.opening, tag)  # mixed content
        given = ~tags.is_empty[tag]
        begin = tags.closing[tag]
        begin += given  # there may be no byte after an empty element
        length = tags.opening[np.minimum(tag + 1, len(tags.opening) - 1)]
        length -= begin
        length *= given
        has_text &= length > 0
        self._check_stray(tag, has_text)
        return Group(node, self.parent[node], begin, length)

    def _check_stray(self, tag: Ints, has_text: Flags) -> None:
        """Proves that text between tags is blank, unless the mapping reads it, or ignores it on purpose;
        ``has_text`` says after which tags.
        """
        opening, closing = self._tags.opening, self._tags.closing
        pieces = opening[1:] != closing[:-1] + 1
        if np.count_nonzero(pieces) == np.count_nonzero(has_text):
            return
        pieces[tag[has_text]] = False
        blank = np.concatenate((np.zeros(1, np.int32), np.cumsum(self._data <= _SPACE, dtype=np.int32)))
        begin, end = closing[:-1][pieces] + 1, opening[1:][pieces]
        require(blank[end] - blank[begin] == end - begin, begin)

    def _place_attributes(self, attributes: Attributes, path: Codes) -> None:
        tags, scheme = self._tags, self._scheme
        node_of = np.empty(len(tags.opening), np.int64)
        node_of[self.tag] = np.arange(len(self.tag))
        node = node_of[attributes.tag]
        number = scheme.attribute[path[node].astype(np.int64) * scheme.width + attributes.name]
        require(number != 0, attributes.begin)
        order = np.argsort(number, kind="stable")
        node, number, begin = node[order], number[order], attributes.begin[order]
        twice = (node[1:] == node[:-1]) & (number[1:] == number[:-1])
        require(~twice, begin[1:])
        self._attributes = Group(node, self.parent[node], begin, attributes.end[order] - begin)
        self._attribute_bounds = _bounds(number, scheme.attributes)


def _bounds(number: Codes, most: int) -> list[int]:
    """For values sorted by a number: where those of each number begin, and the last ones end."""
    return [0, *np.cumsum(np.bincount(number, minlength=most + 1)).tolist()]


def _unbalanced(step: Codes, first: Ints, records: Ints) -> Ints:
    """The records whose tags are not in pairs; all of them if that is unclear."""
    if not len(step) or len(np.unique(first)) != len(first) or first[-1] >= len(step):
        return records
    depth = np.cumsum(step, dtype=np.int64)
    last = np.append(first[1:], len(step)) - 1
    before = np.concatenate(([0], depth[last[:-1]]))
    wrong = (depth[last] != before) | (np.minimum.reduceat(depth, first) < before)
    wrong |= np.maximum.reduceat(depth, first) > before + _DEEPEST
    return records[wrong] if wrong.any() else records
