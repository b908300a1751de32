"""Where tags, comments and whole elements end, found with as few scans of each byte as possible."""

from __future__ import annotations

import re

from loader.config.units import MIB
from loader.source.xml.tags import SPACE, START_TAG
from loader.source.xml.window import NEVER, Window

LT, GT, SLASH, BANG, QUERY = b"<>/!?"
_MARK = re.compile(rb"""[<>"']""")
_LONGEST_OPENER = len(b"<![CDATA[")
_TARGET = re.compile(rb"<\?[A-Za-z_:\x80-\xff]")
DEPTH_LIMIT = 2_000  # nesting depth of elements of the same name; libxml2 goes no deeper either
TAG_LIMIT = MIB  # bytes of a start tag outside records, which is stored with every span


class Broken(Exception):
    """The document is broken at ``offset`` in a way that ends the walk, or the record."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset


class RefusedError(Exception):
    """The source as a whole is refused; ``hint`` says what to do. The scan adds the file's name."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Unclosed(Broken):
    """The construct at ``offset`` has no end: the stream ends first, or a limit is reached."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(offset, f"{what} that starts at byte {offset} is never closed")


_LITERAL = 4  # least number of bytes to search for
_COMMON = b"teianrosldhcumpgfyw"  # letters in tags and text of dumps, the most common first


def _commonness(name: bytes) -> int:
    """How common the first letter is; 0 is rare."""
    return len(_COMMON) - _COMMON.find(name[:1]) if name[:1] in _COMMON else 0


class OwnTag:
    """The qualified name of a record (or skipped element), prepared for a search inside it."""

    __slots__ = ("index", "name", "search")

    def __init__(self, name: bytes, index: int) -> None:
        self.name = name
        self.index = index
        quoted = re.escape(name)
        # The pattern begins with a literal, for which `re` is quick, and quickest if its first letter is rare; so it
        # may be only the end of the name. One pass finds both start and end tags.
        literal = re.escape(min((name[at:] for at in range(max(1, len(name) - _LITERAL))), key=_commonness))
        looked_for = literal + rb"(?:(?<=<" + quoted + rb")|(?<=</" + quoted + rb"))[ \t\r\n/>]"
        self.search = re.compile(looked_for).search

    def start(self, found: re.Match[bytes]) -> int:
        """Where the found name starts; the match includes one character after it."""
        return found.end() - 1 - len(self.name)


def tag_end(window: Window, start: int, limit: int = NEVER) -> tuple[int, bool, bool]:
    """End of the tag that starts at ``start``, whether it closes itself, whether it is well quoted.

    A tag with a ``<`` in it ends at its first ``>``, or before that ``<``. Raises Unclosed if there is no end.
    """
    whole = START_TAG.match(window.data, start - window.base)
    if whole is not None:
        return window.base + whole.end(), window.data[whole.end() - 2] == SLASH, True
    position, quote, first_gt = start + 1, 0, -1
    while True:
        found = _MARK.search(window.data, position - window.base)
        if found is None:
            position = max(position, window.end)
            if position - start > limit or not window.grow():
                if first_gt < 0:
                    raise Unclosed("the tag", start)
                return first_gt, False, False
            continue
        position = window.base + found.end()
        mark = window.data[found.start()]
        if mark == GT and not quote:
            return position, window.data[found.start() - 1] == SLASH, True
        if mark == GT:
            first_gt = position if first_gt < 0 else first_gt
        elif mark == LT:
            return (first_gt if first_gt > 0 else position - 1), False, False
        elif not quote:
            quote = mark
        elif quote == mark:
            quote = 0


def special_end(window: Window, start: int, *, keep: bool, limit: int = NEVER) -> int:
    """End of the comment, CDATA section or processing instruction at ``start``; ``start + 1`` if it is none.

    Raises Unclosed if it has no end.
    """
    head = window.peek(start, _LONGEST_OPENER)
    if head.startswith(b"<!--"):
        what, end = "the comment", _comment_end(window, start, keep=keep, limit=limit)
    elif head.startswith(b"<![CDATA["):
        what, end = "the CDATA section", window.find(b"]]>", start + len(head), keep=keep, limit=limit)
        end = end + 3 if end >= 0 else end
    elif _TARGET.match(head):
        what, end = "the processing instruction", window.find(b"?>", start + 2, keep=keep, limit=limit)
        end = end + 2 if end >= 0 else end
    else:
        return start + 1
    if end < 0:
        raise Unclosed(what, start)
    return end


def _comment_end(window: Window, start: int, *, keep: bool, limit: int) -> int:
    """End of the comment at ``start``, -1 if there is none.

    XML forbids `--` in comments. In a record (``keep``), such a comment is most likely unclosed, and another comment
    follows: it is passed as text, so that the parser rejects this record and not those up to the next comment.
    """
    inside = start + len(b"<!--")
    if not keep:
        end = window.find(b"-->", inside, keep=False, limit=limit)
        return end + 3 if end >= 0 else end
    end = window.find(b"--", inside, keep=True, limit=limit)
    closer = window.peek(end, 3) if end >= 0 else b""
    if len(closer) < 3:
        return -1
    return end + 3 if closer == b"-->" else start + 1


def plain_end(data: bytes | bytearray, at: int, tag: OwnTag) -> int:
    """Index after the end tag of the element whose content starts at ``at``; -1 if this needs the full walk."""
    depth = 1
    while found := tag.search(data, at):
        at = found.end()
        name = tag.start(found)
        if data[name - 1] == SLASH:
            if data[at - 1] != GT:
                return -1
            depth -= 1
            if not depth:
                return at
        else:
            nested = START_TAG.match(data, name - 1)
            if nested is None:
                return -1
            at = nested.end()
            depth += data[at - 2] != SLASH
    return -1


def element_end(window: Window, start: int, body: int, tag: OwnTag, *, keep: bool, limit: int = NEVER) -> int:
    """End of the element at ``start`` whose start tag ends at ``body``; only its own name is searched.

    Raises Unclosed if the stream ends first or the element grows beyond ``limit`` bytes.
    """
    depth, position, last = 1, body, start + limit
    while True:
        found = tag.search(window.data, position - window.base)
        hit = window.end if found is None else window.base + tag.start(found)
        special = window.special(position)
        if special < hit:
            position = special_end(window, special, keep=keep, limit=last)
            window.doubtful = window.doubtful or position == special + 1
        elif found is None:
            position = max(position, window.end - len(tag.name))
            if not keep:
                window.give_up_gap(position - 2)  # the characters before the name tell a start tag from an end tag
            if position >= last or not window.grow():
                raise Unclosed(f"the element {_shown(tag)}", start)
        elif window.data[tag.start(found) - 1] == SLASH:
            position = _end_tag_end(window, hit + len(tag.name))
            depth -= 1
            if not depth:
                return position
        else:
            position, closes_itself, _ = tag_end(window, hit - 1, limit)
            depth += not closes_itself
            if depth > DEPTH_LIMIT:
                raise Broken(start, f"{_shown(tag)} elements are nested deeper than {DEPTH_LIMIT}")


def _shown(tag: OwnTag) -> str:
    return f"<{tag.name.decode('utf-8', 'replace')}>"


_AFTER_NAME = re.compile(SPACE + rb"*([^ \t\r\n])")


def _end_tag_end(window: Window, start: int) -> int:
    """End of an end tag whose name ends at ``start``; without a `>`, it ends there."""
    while True:
        found = _AFTER_NAME.match(window.data, start - window.base)
        if found is not None:
            return window.base + found.end() if window.data[found.end() - 1] == GT else start
        if window.end - start > TAG_LIMIT or not window.grow():
            return start
