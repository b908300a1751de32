"""Tags, attributes and references of a block, found by array operations, with the proof that they are well-formed.

The block must be in the plain form of nearly all of a dump: elements and attributes that the mapping knows, one space
before an attribute, double quotes, no `>` outside of tags, no comments, CDATA sections or instructions. In this form,
each rule of XML is a comparison of arrays. Text that breaks a rule is not rejected here: NotPlainError says where it
is, and libxml2 decides about the records at these places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from loader.extract.columnar.arrays import Bytes, Codes, Flags, Ints, Words, begins, places
from loader.extract.columnar.escapes import ESCAPES
from loader.extract.columnar.names import LONGEST, Names

_LT, _GT, _SLASH, _QUOTE, _EQUALS, _SPACE, _AMPERSAND = b'<>/"= &'
_TAB, _NEWLINE = b"\t\n"
_REFERENCES = {b"&lt;": b"<", b"&gt;": b">", b"&amp;": b"&", b"&quot;": b'"', b"&apos;": b"'"}
_CHARACTER = re.compile(rb"&#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}));")
_LONGEST_REFERENCE = 10  # bytes of the references that are found here
_BYTE, _ONES, _TOPS, _SEMICOLONS = (
    np.uint64(value) for value in (0xFF, *(0x0101010101010101 * byte for byte in (1, 0x80, 0x3B)))
)


class NotPlainError(Exception):
    """The block is not in the plain form; ``positions``: a byte in each record that is not."""

    def __init__(self, positions: Ints) -> None:
        super().__init__(f"not plain at {positions[:3]}")
        self.positions = positions


@dataclass(frozen=True, slots=True)
class Attributes:
    """``tag``: index of each attribute's tag; its value is the bytes from ``begin`` to ``end``."""

    tag: Ints
    name: Codes
    begin: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags in their order: the positions of `<` and `>`, the name, whether it ends an element (or is all of it)."""

    opening: Ints
    closing: Ints
    name: Codes
    is_end: Flags
    is_empty: Flags
    attributes: Attributes | None


def require(holds: Flags, positions: Ints, which: Ints | None = None) -> None:
    """Raises NotPlainError with the positions (all, or those ``which``) at which a condition is false."""
    if not holds.all():
        raise NotPlainError((positions if which is None else positions[which])[~holds])


def require_no_references(references: Ints, begin: Ints, length: Ints, positions: Ints) -> None:
    """Raises NotPlainError with the positions of the values in which there is a reference."""
    if len(references):
        require(np.searchsorted(references, begin) == np.searchsorted(references, begin + length), positions)


def lex(data: Bytes, words: Words, names: Names) -> Tags:
    """The tags of a block; ``words`` extend beyond its end."""
    opening, closing = _brackets(data)
    _check_characters(data, opening, closing)
    is_end = data[opening + 1] == _SLASH
    is_empty = data[closing - 1] == _SLASH
    begin = opening + 1
    begin += is_end
    length = closing - begin
    length -= is_empty
    require((length > 0) & ~(is_end & is_empty), opening)
    name = names.find(words, begin, length)
    others = np.flatnonzero(name == 0)
    if not len(others):
        return Tags(opening, closing, name, is_end, is_empty, None)
    require(~is_end[others], opening, others)
    begin = begin[others]
    length = _name_length(data, begin)
    require(length > 0, begin)
    name[others] = names.find(words, begin, length)
    require(name[others] != 0, begin)
    between = (begin + length, closing[others] - is_empty[others])
    attributes = _attributes(data, words, names, others, between)
    return Tags(opening, closing, name, is_end, is_empty, attributes)


def _brackets(data: Bytes) -> tuple[Ints, Ints]:
    """The positions of `<` and of `>`, which must alternate."""
    both = np.flatnonzero((data | 2) == _GT)  # 0x3C and 0x3E differ in this bit only
    opening, closing = both[0::2].copy(), both[1::2].copy()
    if len(opening) != len(closing) or (data[opening] != _LT).any() or (data[closing] != _GT).any():
        found = data[both]
        wrong = found[1:] == found[:-1]
        first_or_last = np.concatenate((found[:1] != _LT, wrong)) | np.concatenate((wrong, found[-1:] != _GT))
        raise NotPlainError(both[first_or_last])
    if not len(both):
        raise NotPlainError(np.zeros(1, np.int64))
    return opening, closing


def _check_characters(data: Bytes, opening: Ints, closing: Ints) -> None:
    """Proves that there are only characters that XML allows, in UTF-8, and tabs and line breaks only between tags,
    where they are not normalised.
    """
    odd = places(data.view(np.int8) < _SPACE)  # control characters, and all that is not ASCII: negative here
    if not len(odd):
        return
    found = data[odd]
    is_low = found < _SPACE
    low, found_low = odd[is_low], found[is_low]
    tag = np.searchsorted(opening, low, "right") - 1
    inside = (tag >= 0) & (low < closing[tag])
    require(((found_low == _TAB) | (found_low == _NEWLINE)) & ~inside, low)
    _check_encoding(odd[~is_low], found[~is_low])


def _check_encoding(place: Ints, found: Bytes) -> None:
    """Proves that the bytes beyond ASCII, ``found`` at some positions, are UTF-8, that is,
    each sequence is contiguous.
    """
    try:
        found.tobytes().decode()
    except UnicodeDecodeError as error:
        raise NotPlainError(place[error.start : error.start + 1]) from error
    goes_on = (found[1:] & 0xC0) == 0x80
    require(~goes_on | (place[1:] == place[:-1] + 1), place[1:])
    first = np.flatnonzero(found == 0xEF)
    require((found[first + 1] != 0xBF) | (found[first + 2] < 0xBE), place, first)  # U+FFFE and U+FFFF


def _name_length(data: Bytes, begin: Ints) -> Ints:
    """Bytes before the first space, 0 if there is none near."""
    limit = len(data) - 1
    near = np.minimum(begin[:, None] + np.arange(LONGEST + 1), limit)
    length: Ints = (data[near] == _SPACE).argmax(1)
    return length


def _attributes(data: Bytes, words: Words, names: Names, tags: Ints, between: tuple[Ints, Ints]) -> Attributes:
    """The attributes of some tags, with the proof that there is nothing else between a tag's name and its end."""
    after, before = between
    quotes = places(data == _QUOTE)
    owner = np.searchsorted(after, quotes, "right") - 1
    inside = (owner >= 0) & (quotes < before[owner])
    quotes, owner = quotes[inside], owner[inside]
    count = np.bincount(owner, minlength=len(tags))
    require((count > 0) & (count % 2 == 0), after)
    begin, end, owner = quotes[0::2] + 1, quotes[1::2], owner[0::2]
    is_first = begins(owner)
    space = np.empty_like(begin)
    space[1:] = end[:-1] + 1
    space[is_first] = after
    require((data[space] == _SPACE) & (data[begin - 2] == _EQUALS), begin)
    length = begin - space - 3
    require(length > 0, begin)
    name = names.find(words, space + 1, length)
    require(name != 0, begin)
    is_last = np.append(is_first[1:], True)
    require(end[is_last] + 1 == before, after)
    return Attributes(tags[owner], name, begin, end)


def decode_references(data: Bytes, words: Words) -> Ints:
    """Replace references by their characters, padded with NUL; returns where they were.

    Characters that COPY would misread are escaped by 0x1C, which `finished` turns into a backslash. Call it after
    everything else was read.
    """
    found = places(data == _AMPERSAND)
    word = words[found]
    # The lowest bit that is set in `ends` is in the byte of the first semicolon.
    differs = word ^ _SEMICOLONS
    ends = (differs - _ONES) & ~differs & _TOPS
    is_long = ends == 0
    _decode_long(data, found[is_long])
    short, word, ends = found[~is_long], word[~is_long], ends[~is_long]
    whole = ends ^ (ends - np.uint64(1))
    different, which = np.unique(word & whole, return_inverse=True)
    decoded = [_decoded(int(value).to_bytes(8, "little").rstrip(b"\0")) for value in different]
    require(np.array([bool(value) for value in decoded], np.bool_)[which], short)
    character = np.array([int.from_bytes(value, "little") for value in decoded], np.uint64)[which]
    for offset in range(8):
        shift = np.uint64(8 * offset)
        here = (whole >> shift) & _BYTE != 0
        data[short[here] + offset] = (character[here] >> shift) & _BYTE
    return found


def _decode_long(data: Bytes, found: Ints) -> None:
    """The same for references that do not fit into a word, one by one; those to emoji do not, and they are rare."""
    strange: list[int] = []
    for place in found.tolist():
        near = data[place : place + _LONGEST_REFERENCE].tobytes()
        reference = near[: near.find(b";") + 1]
        character = _decoded(reference)
        data[place : place + len(reference)] = np.frombuffer(character.ljust(len(reference), b"\0"), np.uint8)
        if not character:
            strange.append(place)
    if strange:
        raise NotPlainError(np.array(strange))


@lru_cache(maxsize=4096)
def _decoded(reference: bytes) -> bytes:
    """The character of a reference, in UTF-8 and escaped for COPY; empty if there is none."""
    if reference in _REFERENCES:
        return _REFERENCES[reference]
    match = _CHARACTER.fullmatch(reference)
    if match is None:
        return b""
    number = int(match[1]) if match[1] else int(match[2], 16)
    if number in ESCAPES:
        return ESCAPES[number]
    is_character = 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return chr(number).encode() if is_character else b""
