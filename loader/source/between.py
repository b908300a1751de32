"""What stands between records: passed, counted when no path matches it, refused where XML forbids it."""

from __future__ import annotations

from collections.abc import Callable

from loader.source.ancestors import Ancestors, Element, Unmatched
from loader.source.doctype import InternalSubset, read_doctype
from loader.source.markup import TAG_LIMIT, Broken, OwnTag, element_end, special_end, tag_end
from loader.source.tokens import Kind
from loader.source.window import Window

STRAY = "a `<` between records that starts no tag"
_BOM = b"\xef\xbb\xbf"
_EXAMPLE = 80  # bytes that are shown of what no path matches


class Between:
    """Passes every token that is no start tag. Each method returns the offset behind what it passed.

    A ``fragment`` may end anywhere; ``many`` documents may follow each other.
    """

    def __init__(self, ancestors: Ancestors, *, many: bool, fragment: bool, internal_subset: InternalSubset) -> None:
        self.unmatched = Unmatched()
        self._ancestors = ancestors
        self._many = many
        self._fragment = fragment
        self._internal_subset: InternalSubset = internal_subset
        self._passes: dict[Kind, Callable[[Window, int], int]] = {
            "end": self._end,
            "text": self._text,
            "cdata": self._cdata,
            "aside": self._aside,
            "doctype": self._doctype,
            "stray": self._stray,
            "long gap": lambda _, position: position,
            "end of stream": self._end_of_stream,
        }

    def pass_token(self, kind: Kind, window: Window, position: int) -> int:
        """Pass the token; -1 at the end of the stream. Raises Broken when it may not stand there."""
        return self._passes[kind](window, position)

    def closes(self, window: Window, position: int) -> bool:
        """Whether the end tag at the position closes the innermost ancestor."""
        stack = self._ancestors.stack
        if not stack:
            return False
        name = b"</" + stack[-1].name
        head = window.peek(position, len(name) + 1)
        return head.startswith(name) and head[len(name) :] in (b">", b" ", b"\t", b"\r", b"\n")

    def skip(self, element: Element, window: Window, start: int, end: int | None) -> int:
        """Pass an element that leads to no record, counted with its head; an empty one has its ``end`` given."""
        head = window.peek(start, _EXAMPLE)
        if end is None:
            tag = OwnTag(element.name, -1)
            end = element_end(window, start, start + len(element.tag), tag, keep=False)
        self.unmatched.add(self._ancestors.path(element.clark), head[: end - start])
        return end

    def _end(self, window: Window, position: int) -> int:
        end, _, _ = tag_end(window, position, TAG_LIMIT)
        if not self.closes(window, position):
            shown = window.slice(position, min(end, position + _EXAMPLE)).decode("utf-8", "replace")
            raise Broken(position, f"the end tag {shown} closes no open element")
        self._ancestors.leave()
        return end

    def _text(self, window: Window, position: int) -> int:
        at_document = not self._ancestors.stack and (self._many or not position)
        if at_document and window.peek(position, len(_BOM)) == _BOM:
            return position + len(_BOM)
        self._count_text(window, position)
        end = window.find(b"<", position, keep=False)
        return window.end if end < 0 else end

    def _cdata(self, window: Window, position: int) -> int:
        self._count_text(window, position)
        return special_end(window, position, keep=False)

    def _count_text(self, window: Window, position: int) -> None:
        ancestors = self._ancestors
        if not ancestors.stack:
            raise Broken(position, f"text {'after' if ancestors.roots else 'before'} the root element")
        text = window.peek(position, _EXAMPLE)
        shown = text if text.startswith(b"<") else text.split(b"<")[0].strip()
        self.unmatched.add(ancestors.path("text()"), shown)

    def _aside(self, window: Window, position: int) -> int:
        """Pass a comment or processing instruction."""
        if self._ancestors.roots and not self._many and window.peek(position, 5) == b"<?xml":
            raise Broken(position, "a second XML declaration: the file holds several documents")
        end = special_end(window, position, keep=False)
        if end == position + 1:
            raise Broken(position, STRAY)
        return end

    def _doctype(self, window: Window, position: int) -> int:
        ancestors = self._ancestors
        if ancestors.stack or (ancestors.roots and not self._many):
            raise Broken(position, "a DOCTYPE behind the start of the root element")
        doctype = read_doctype(window, position, "allow" if self._fragment else self._internal_subset)
        ancestors.doctype = doctype.kept
        return doctype.end

    def _stray(self, window: Window, position: int) -> int:
        raise Broken(position, STRAY)

    def _end_of_stream(self, window: Window, position: int) -> int:
        ancestors = self._ancestors
        if ancestors.stack and not self._fragment:
            raise Broken(position, f"the file ends inside the element {ancestors.stack[-1].clark}")
        if not ancestors.roots and not self._fragment:
            raise Broken(position, "the file has no root element")
        return -1
