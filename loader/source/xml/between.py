"""Tokens between records: skipped, counted if no path matches them, refused if XML forbids them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from loader.mapping.dtd.declarations import Declarations
from loader.mapping.outside import Outside
from loader.source.packing.encoding import UTF8_BOM
from loader.source.xml.ancestors import Ancestors, Element, Unmatched
from loader.source.xml.before import LONGEST, VALUES, parsed, too_long
from loader.source.xml.doctype import InternalSubset, read_doctype
from loader.source.xml.markup import TAG_LIMIT, Broken, OwnTag, Unclosed, element_end, special_end, tag_end
from loader.source.xml.outline import Outline
from loader.source.xml.tags import unified
from loader.source.xml.tokens import Kind
from loader.source.xml.window import NEVER, Window

STRAY = "a `<` between records that starts no tag"
_NO_TOKENS = ("stray", "long gap", "end of stream")
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n?]")  # no other target begins an XML declaration: not <?xml-stylesheet
_VERSION = re.compile(rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')""")
_EXAMPLE = 80  # bytes of an unmatched element that are shown


class Between:
    """Passes every token that is not a start tag. Each method returns the offset after it.

    A ``fragment`` may end anywhere; with ``many``, several documents may follow each other.
    """

    def __init__(
        self,
        ancestors: Ancestors,
        *,
        many: bool,
        fragment: bool,
        internal_subset: InternalSubset,
        dtds: Mapping[str, Declarations],
    ) -> None:
        self.unmatched = Unmatched()
        self._ancestors = ancestors
        self._many = many
        self._fragment = fragment
        self._internal_subset: InternalSubset = internal_subset
        self._dtds = dtds
        self._begun = -1  # where a document begins whose root element has not come yet
        # A fragment may end anywhere, and the scan has checked what surrounds it.
        self._outline = None if fragment else Outline(ancestors, many=many)
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
        """Pass the token; -1 at the end of the stream. Raises Broken if it is not allowed there."""
        if self._outline is None or kind in _NO_TOKENS:
            return self._passes[kind](window, position)
        self._outline.begin(window, position)
        end = self._passes[kind](window, position)
        self._outline.end(end)
        if kind == "doctype":
            self._outline.assert_sound()
        return end

    @property
    def fault(self) -> Broken | None:
        """What is not well-formed between records, although the walk continued."""
        return self._outline.fault if self._outline else None

    def enter(self, element: Element, window: Window, start: int, end: int, *, empty: bool) -> None:
        """Pass a start tag (or an empty element) that leads to records. Raises Broken if it is not well-formed."""
        if self._outline is not None:
            self._outline.begin(window, start)
        self._begun = -1
        if not empty:
            self._ancestors.enter(element)
        if self._outline is not None:
            self._outline.end(end)
            self._outline.assert_sound()

    def pass_document(self) -> None:
        """A record has ended that is a whole document."""
        self._begun = -1
        self._ancestors.declare(b"")
        if self._outline is not None:
            self._outline.pass_root()

    def closes(self, window: Window, position: int) -> bool:
        """Whether the end tag at the position closes the innermost ancestor."""
        stack = self._ancestors.stack
        if not stack:
            return False
        name = b"</" + stack[-1].name
        head = window.peek(position, len(name) + 1)
        return head.startswith(name) and head[len(name) :] in (b">", b" ", b"\t", b"\r", b"\n")

    def skip(self, element: Element, window: Window, start: int, end: int | None) -> int:
        """Pass an element that leads to no record, and count it with its head; ``end`` is given for an empty one."""
        head = window.peek(start, _EXAMPLE)
        end = self._pass_element(element, window, start, end)
        self.unmatched.add(self._ancestors.path(element.clark), head[: end - start])
        return end

    def read(self, element: Element, wanted: Sequence[Outside], window: Window, start: int, end: int | None) -> int:
        """Pass an element of which text is read, for the records behind it. Raises Broken if it is not well-formed."""
        end = self._pass_element(element, window, start, end, of=wanted[0].shown)
        if self._outline is not None:
            self._outline.assert_sound()
        self.look_into(element, window.slice(start, end), start)
        return end

    def look_into(self, element: Element, data: bytes, start: int) -> None:
        """Take the values from a whole element. Raises Broken if it cannot be parsed."""
        ancestors, level = self._ancestors, len(self._ancestors.stack)
        wanted = ancestors.before.within(ancestors.values_in(element), data)
        if wanted:
            context = ancestors.context
            text = unified(context.prefix + data, ancestors.aliases) + context.suffix
            found = parsed(text, level)
            if found is None:
                raise Broken(start, f"{wanted[0].shown} may be in an element that is not well-formed")
            if ancestors.before.note_element(wanted, found, level + 1, start):
                ancestors.refresh()

    def _pass_element(
        self, element: Element, window: Window, start: int, end: int | None, of: str | None = None
    ) -> int:
        """The end of an element. ``of``: the value that is read of it, and for which its bytes are kept."""
        self._begun = -1
        if self._outline is not None:
            self._outline.begin(window, start)
        if end is None:
            tag, keep, limit = OwnTag(element.name, -1), of is not None, NEVER if of is None else LONGEST
            try:
                end = element_end(window, start, start + len(element.tag), tag, keep=keep, limit=limit)
            except Unclosed:
                if of is not None and window.end - start > LONGEST:
                    raise too_long(of, start) from None
                raise
        if of is not None and end - start > LONGEST:
            raise too_long(of, start)
        if self._outline is not None:
            self._outline.end(end)
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
        if at_document and window.peek(position, len(UTF8_BOM)) == UTF8_BOM:
            return position + len(UTF8_BOM)
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
        head = window.peek(position, _EXAMPLE)
        if _DECLARATION.match(head):
            if self._ancestors.roots and not self._many:
                raise Broken(position, "a second XML declaration: the file holds several documents")
            if not self._many and position not in (0, len(UTF8_BOM)):
                raise Broken(position, "the XML declaration does not stand at the start of the file")
            if not _VERSION.match(head):
                raise Broken(position, "the XML declaration names no version of XML 1")
            if self._begun >= 0:
                raise Broken(position, self._rootless())
            self._begun = position
        are_values = head.startswith(VALUES) and bool(self._ancestors.before.wanted)
        end = special_end(window, position, keep=are_values)
        if end == position + 1:
            raise Broken(position, STRAY)
        if are_values:
            self._ancestors.before.give(window.slice(position, end), position)
            self._ancestors.refresh()
        return end

    def _doctype(self, window: Window, position: int) -> int:
        ancestors = self._ancestors
        if ancestors.stack or (ancestors.roots and not self._many):
            raise Broken(position, "a DOCTYPE behind the start of the root element")
        self._begun = position if self._begun < 0 else self._begun
        doctype = read_doctype(window, position, self._internal_subset, self._dtds, is_kept=self._fragment)
        ancestors.declare(doctype.kept)
        return doctype.end

    def _stray(self, window: Window, position: int) -> int:
        raise Broken(position, STRAY)

    def _end_of_stream(self, window: Window, position: int) -> int:
        ancestors = self._ancestors
        if ancestors.stack and not self._fragment:
            raise Broken(position, f"the file ends inside the element {ancestors.stack[-1].clark}")
        if not ancestors.roots and not self._fragment:
            raise Broken(position, "the file has no root element")
        if self._begun >= 0 and not self._fragment:
            raise Broken(position, self._rootless())
        return -1

    def _rootless(self) -> str:
        return f"the document that begins at byte {self._begun} has no root element"
