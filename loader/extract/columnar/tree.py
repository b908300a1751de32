"""The elements of a block as a tree: their paths and parents, level by level, and the proof that tags match."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.extract.columnar.arrays import Bytes, Codes, Flags, Ints
from loader.extract.columnar.lexer import Attributes, NotPlainError, Tags, require
from loader.extract.columnar.scheme import Scheme

_SPACE = 0x20  # of the lower characters only white space has come so far
_DEEPEST = 100  # levels; each costs a few passes


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of one path in document order: indexes of nodes, and the bytes of the value of each."""

    node: Ints
    begin: Ints
    end: Ints


class Tree:
    """The elements ("nodes"), outer levels first, in document order inside a level.

    ``tag``: index of a node's start tag; ``parent``: index of the node around it, -1 for a record.
    """

    def __init__(self, data: Bytes, tags: Tags, scheme: Scheme, records: Ints) -> None:
        self._data, self._tags, self._scheme = data, tags, scheme
        self._next_ends = np.append(tags.is_end[1:], True)  # whether an element has no elements inside
        self.tag, self.parent, path = self._levels(records)
        order = np.argsort(path, kind="stable")
        self._order = order
        self._bounds = np.concatenate(([0], np.cumsum(np.bincount(path, minlength=scheme.paths + 1))))
        self._attribute_order = np.empty(0, np.int64)
        self._attribute_bounds = np.zeros(scheme.attributes + 2, np.int64)
        if tags.attributes is not None:
            self._place_attributes(tags.attributes, path)
        self._texts = {number: self._text(number) for number in (*scheme.texts, *scheme.silent)}
        self._check_stray()

    def nodes(self, path: int) -> Ints:
        """The nodes at a path."""
        return self._order[self._bounds[path] : self._bounds[path + 1]]

    def places(self, nodes: Ints) -> Ints:
        """The bytes at which some nodes begin."""
        return self._tags.opening[self.tag[nodes]]

    def text(self, path: int) -> Group:
        """The text of the elements at a path that the mapping reads."""
        return self._texts[path]

    def attribute(self, number: int) -> Group:
        """The values of an attribute."""
        attributes = self._tags.attributes
        here = self._attribute_order[self._attribute_bounds[number] : self._attribute_bounds[number + 1]]
        if attributes is None or not len(here):
            return Group(here, here, here)
        return Group(self._attribute_node[here], attributes.begin[here], attributes.end[here])

    # Levels

    def _levels(self, records: Ints) -> tuple[Ints, Ints, Codes]:
        """Tags, parents and paths of all nodes."""
        tags, scheme = self._tags, self._scheme
        level = self._level_of_tags(records)
        is_start = ~tags.is_end
        starts = np.flatnonzero(is_start)
        holds = ~(tags.is_empty | self._next_ends)[starts]  # has elements inside
        self._check_ends(level, starts, holds)
        start_level = level[starts]
        nodes: list[Ints] = []
        parents: list[Ints] = []
        paths: list[Codes] = []
        # Around the records is nothing: no node, no tag, no path.
        done, holder, holder_tag, holder_path = 0, np.full(1, -1), np.full(1, -1), np.zeros(1, np.int64)
        for depth in range(int(start_level.max()) + 1):
            here = np.flatnonzero(start_level == depth)
            node = starts[here]
            if depth == 0 and not np.array_equal(tags.opening[node], records):
                raise NotPlainError(np.setxor1d(tags.opening[node], records))
            # A holder's children are the nodes of this level up to the first one of the next holder.
            children = np.diff(np.append(np.searchsorted(node, holder_tag), len(node)))
            path = scheme.child[np.repeat(holder_path * scheme.width, children) + tags.name[node]]
            require(path != 0, tags.opening[node])
            nodes.append(node)
            parents.append(np.repeat(holder, children))
            paths.append(path)
            inner = np.flatnonzero(holds[here])
            holder, holder_tag, holder_path = inner + done, node[inner], path[inner].astype(np.int64)
            done += len(node)
        return np.concatenate(nodes), np.concatenate(parents), np.concatenate(paths)

    def _level_of_tags(self, records: Ints) -> Codes:
        """How deep each tag stands; those of one element stand equally deep."""
        tags = self._tags
        step = np.int8(1) - 2 * tags.is_end.view(np.int8) - tags.is_empty.view(np.int8)
        after = np.cumsum(step, dtype=np.int32)
        level = after - (step == 1)
        if not len(after) or after[-1] != 0 or level.min() < 0 or level.max() > _DEEPEST:
            raise NotPlainError(_unbalanced(step, np.searchsorted(tags.opening, records), records))
        narrow: Codes = level.astype(np.int8)
        return narrow

    def _check_ends(self, level: Codes, starts: Ints, holds: Flags) -> None:
        """Every end tag has the name of its start tag."""
        tags = self._tags
        is_simple = ~tags.is_end[:-1] & ~tags.is_empty[:-1] & tags.is_end[1:]
        require(~is_simple | (tags.name[:-1] == tags.name[1:]), tags.opening[:-1])
        # The other ends follow an end or an empty element; at one level they are in the order of their starts.
        outer = starts[holds]
        ends = np.flatnonzero(tags.is_end[1:] & (tags.is_end[:-1] | tags.is_empty[:-1])) + 1
        outer = outer[np.argsort(level[outer], kind="stable")]
        ends = ends[np.argsort(level[ends], kind="stable")]
        require(tags.name[outer] == tags.name[ends], tags.opening[outer])

    # Values

    def _text(self, path: int) -> Group:
        tags = self._tags
        node = self.nodes(path)
        tag = self.tag[node]
        is_empty = tags.is_empty[tag]
        begin = tags.closing[tag] + ~is_empty  # behind an empty element there may be no byte any more
        after = np.minimum(tag + 1, len(tags.opening) - 1)
        require(is_empty | tags.is_end[after], tags.opening[tag])  # elements inside of text
        end = np.where(is_empty, begin, tags.opening[after])
        return Group(node, begin, end)

    def _check_stray(self) -> None:
        """Text between tags must be blank, unless the mapping reads it, or leaves it out on purpose."""
        opening, closing = self._tags.opening, self._tags.closing
        pieces = opening[1:] != closing[:-1] + 1
        read = sum(int(np.count_nonzero(group.begin != group.end)) for group in self._texts.values())
        if np.count_nonzero(pieces) == read:
            return
        for group in self._texts.values():
            pieces[self.tag[group.node[group.begin != group.end]]] = False
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
        in_order, number = node[order], number[order]
        twice = (in_order[1:] == in_order[:-1]) & (number[1:] == number[:-1])
        require(~twice, attributes.begin[order[1:]])
        self._attribute_order, self._attribute_node = order, node
        self._attribute_bounds = np.concatenate(([0], np.cumsum(np.bincount(number, minlength=scheme.attributes + 1))))


def _unbalanced(step: Codes, first: Ints, records: Ints) -> Ints:
    """The records whose tags do not come in pairs; all when that cannot be told."""
    if not len(step) or len(np.unique(first)) != len(first) or first[-1] >= len(step):
        return records
    depth = np.cumsum(step, dtype=np.int64)
    last = np.append(first[1:], len(step)) - 1
    before = np.concatenate(([0], depth[last[:-1]]))
    wrong = (depth[last] != before) | (np.minimum.reduceat(depth, first) < before)
    wrong |= np.maximum.reduceat(depth, first) > before + _DEEPEST
    return records[wrong] if wrong.any() else records
