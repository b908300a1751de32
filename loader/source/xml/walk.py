"""The walk over a document that finds its records: it follows exact paths outside records, and is quick inside them."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Literal

from loader.mapping.dtd.declarations import Declarations
from loader.source.protocol import RECORD_LIMIT, Damage
from loader.source.xml.ancestors import Ancestors, Context, Element
from loader.source.xml.between import STRAY, Between
from loader.source.xml.doctype import InternalSubset
from loader.source.xml.markup import SLASH, TAG_LIMIT, Broken, OwnTag, Unclosed, element_end, plain_end, tag_end
from loader.source.xml.pass_oversized import pass_record
from loader.source.xml.recover import Recovery
from loader.source.xml.subset import NO_DTDS
from loader.source.xml.tags import NAME, START_TAG, RecordPath
from loader.source.xml.tokens import Kind, next_token
from loader.source.xml.window import LONG_GAP, Window

Documents = Literal["one", "many"]
_SHORTEST_XMLNS = len(b" xmlns=''")
_NAME = re.compile(NAME)
# A record: absolute start and end, index of its path, its context, whether its end was found (or guessed).
Found = tuple[int, int, int, Context, bool]
# Consecutive records, as (start, end, index of the path), and what they share of the above. Plain tuples, because there
# are millions of them: a named tuple costs 0.2 µs more each, and so does yielding each one separately.
Run = tuple[list[tuple[int, int, int]], Context, bool]


class Walker:
    """Finds the records of one stream; what else it found is in its attributes.

    A ``fragment`` is the inside of a span: it may end anywhere, and whatever does not end belongs to its last record. A
    record beyond ``record_limit`` bytes is found, but not kept; ``oversized`` has its digest, by its start.
    """

    def __init__(
        self,
        window: Window,
        paths: Sequence[RecordPath],
        *,
        documents: Documents = "one",
        internal_subset: InternalSubset = "refuse",
        dtds: Mapping[str, Declarations] = NO_DTDS,
        record_limit: int = RECORD_LIMIT,
        fragment: bool = False,
    ) -> None:
        self.window = window
        self.ancestors = Ancestors(paths, looks_before=not fragment)
        self.damage: Damage | None = None
        self.oversized: dict[int, int] = {}
        self._many = documents == "many" or fragment
        self._record_limit = record_limit
        self._fragment = fragment
        self._recovery = Recovery()
        self._between = Between(
            self.ancestors, many=self._many, fragment=fragment, internal_subset=internal_subset, dtds=dtds
        )

    @property
    def unmatched(self) -> dict[str, tuple[int, str]]:
        """Elements between records that no path matches: path -> (count, example)."""
        return self._between.unmatched.counts

    def records(self) -> Iterator[Found]:
        """Every record separately, as ``runs`` finds them."""
        for found, context, sound in self.runs():
            for record in found:
                yield (*record, context, sound)

    def runs(self) -> Iterator[Run]:
        """Every record in order. After the last one, ``damage`` tells whether the stream was intact. There is no long
        gap between the records of a run.

        A record is held back until the token after it is seen, because stray end tags count as the rest of it.
        """
        position = 0
        last: Found | None = None
        while position >= 0 and self.damage is None:
            position, last = yield from self._quick(position, last)
            try:
                position, kind = next_token(self.window, position, last[1] if last else None)
                if last is not None:
                    position, kind, last = self._with_stray_ends(position, kind, last)
                    yield _alone(last)
                    self.window.floor = last[1]
                if self.damage is None:
                    position, last = self._step(kind, position)
            except Broken as broken:
                self.damage = Damage(broken.offset, str(broken))
        fault = self._between.fault
        if fault is not None and (self.damage is None or fault.offset < self.damage.offset):
            self.damage = Damage(fault.offset, str(fault))

    def until_root(self) -> None:
        """Walk only until the root element is known."""
        position = 0
        while position >= 0 and self.damage is None and not self.ancestors.roots:
            try:
                position, kind = next_token(self.window, position, None)
                if kind == "start":
                    self._element(position, tag_end(self.window, position, TAG_LIMIT)[0])
                else:
                    position, _ = self._step(kind, position)
            except Broken as broken:
                self.damage = Damage(broken.offset, str(broken))

    def _quick(self, position: int, last: Found | None) -> Generator[Run, None, tuple[int, Found | None]]:
        """Yield the plain records that are whole in the window, up to the first one that needs the full walk."""
        position, found = self._plain(position)
        if not found:
            return position, last
        context = self.ancestors.context
        if last is not None:
            yield _alone(last)
            self.window.floor = last[1]
        last = (*found.pop(), context, True)
        if found:
            yield found, context, True
            self.window.floor = found[-1][1]
        return position, last

    def _plain(self, position: int) -> tuple[int, list[tuple[int, int, int]]]:
        """The plain records from the position on that are whole in the window, and where they end."""
        data, base = self.window.data, self.window.base
        if len(data) > self._record_limit and not self._fragment:
            return position, []  # so many bytes are kept only around a record that may be too long
        known, special = self.ancestors.known, self.window.special(position) - base
        found: list[tuple[int, int, int]] = []
        at = position - base
        while (start := START_TAG.match(data, at)) and (tag := known.get(start[1])):
            name, opened = start.span(1)
            end = start.end()
            if end - opened > _SHORTEST_XMLNS and data.find(b"xmlns", opened, end) >= 0:
                break
            if data[end - 2] != SLASH:
                end = plain_end(data, end, tag)
            if end < 0 or end > special or name - at > LONG_GAP:
                break
            found.append((base + name - 1, base + end, tag.index))
            at = end
        return base + at, found

    def _with_stray_ends(self, position: int, kind: Kind, last: Found) -> tuple[int, Kind, Found]:
        """Treat end tags that close no ancestor as the rest of the record before them."""
        whole, stray = last, position
        while kind == "end" and not self._between.closes(self.window, position):
            try:
                position, _, _ = tag_end(self.window, position, TAG_LIMIT)
            except Unclosed:
                position, kind = self.window.end, "end of stream"
            else:
                position, kind = next_token(self.window, position, position)
            whole = (last[0], position, *last[2:4], False)
        if kind == "end of stream" and whole is not last and not self._fragment:
            self.damage = Damage(stray, "an end tag that closes no open element, and then the file ends")
            return position, kind, last
        return position, kind, whole

    def _step(self, kind: Kind, position: int) -> tuple[int, Found | None]:
        """Pass one token: where it ends (-1: nothing follows), and the record if it was one."""
        if kind == "start":
            return self._start(position)
        return self._between.pass_token(kind, self.window, position), None

    def _start(self, position: int) -> tuple[int, Found | None]:
        window, ancestors = self.window, self.ancestors
        if not ancestors.stack and ancestors.roots and not self._many:
            raise Broken(position, "a second root element: the file holds several documents")
        try:
            body, empty, quoted = tag_end(window, position, self._record_limit)
        except Unclosed:
            if not self._fragment:
                raise
            body, empty, quoted = window.end, False, False
        element = self._element(position, body)
        tag = ancestors.record(element)
        if tag is not None:
            end, record = self._record(position, body, empty, tag)
            if any(True for _ in ancestors.values_in(element)):
                self._look_into(element, position, end)
            if not ancestors.stack:
                self._between.pass_document()
            return end, record
        if not element.alive:
            return self._between.skip(element, window, position, body if empty else None), None
        if not quoted or len(element.tag) > TAG_LIMIT:
            raise Broken(position, f"the start tag of {element.clark} is malformed or too long")
        wanted = ancestors.before.of_level(ancestors.values_in(element), len(ancestors.stack))
        if not all(each.is_of_tag for each in wanted):
            return self._between.read(element, wanted, window, position, body if empty else None), None
        scope, doctype = element.namespaces, ancestors.doctype
        changes = bool(wanted) and ancestors.before.note_tag(wanted, element.tag, scope, doctype, position)
        self._between.enter(element, window, position, body, empty=empty)
        if changes:
            ancestors.refresh()
        return body, None

    def _look_into(self, element: Element, start: int, end: int) -> None:
        """Take values from a record of another entity than those that read them."""
        if start in self.oversized:
            raise Broken(start, "values that later records read may be in a record that is too long to be kept")
        self._between.look_into(element, self.window.slice(start, end), start)

    def _element(self, start: int, body: int) -> Element:
        tag = self.window.slice(start, body)
        name = _NAME.match(tag, 1)
        if name is None:
            raise Broken(start, STRAY)
        element = self.ancestors.element(name[0], tag)
        if not self.ancestors.stack:
            self.ancestors.note_root(element)
        return element

    def _record(self, start: int, body: int, empty: bool, tag: OwnTag) -> tuple[int, Found | None]:
        context, stack = self.ancestors.context, self.ancestors.stack
        if empty:
            return body, (start, body, tag.index, context, True)
        self.window.doubtful = False
        try:
            end = element_end(self.window, start, body, tag, keep=True, limit=self._record_limit)
        except Broken as broken:
            if self._fragment:
                end = self.window.end
            elif self._is_alone(start, body, tag):
                end = -1
            else:
                end = self._recovery.end_of(self.window, start, body, tag.name, stack[-1].name if stack else b"")
            if end < 0:
                end = self._pass(start, body, tag, broken)
            return end, (start, end, tag.index, context, False)
        if end - start > self._record_limit and not self._fragment:
            end = self._pass(start, body, tag, Broken(start, ""))
            return end, (start, end, tag.index, context, False)
        return end, (start, end, tag.index, context, not self.window.doubtful)

    def _is_alone(self, start: int, body: int, tag: OwnTag) -> bool:
        """Whether the record's name does not occur again up to the limit: then it is long, not unclosed."""
        window = self.window
        return window.end - start > self._record_limit and tag.search(window.data, body - window.base) is None

    def _pass(self, start: int, body: int, tag: OwnTag, broken: Broken) -> int:
        """End of a record that is too long to be kept; raises Broken if it is not too long, but has no end."""
        message = f"no end is found of the record that starts at byte {start}: {broken}"
        if self.window.end - start <= self._record_limit:
            raise Broken(start, message) from broken
        try:
            end, self.oversized[start] = pass_record(self.window, start, body, tag)
        except Broken as second:
            raise Broken(start, message) from second
        return end


def _alone(record: Found) -> Run:
    return [record[:3]], *record[3:]
