"""Documents damaged at random: a token, a few bytes, a block, or the end."""

from __future__ import annotations

import itertools
import random
import zlib

from tests.unit.extract.mutations import SNIPPETS, mutate

_BIG = (
    b"<row id='71'><name>whole</name></row>", b"<row id='72'>", b"</row>", b"</dump>", b"<dump>", b"<part>", b"</part>",
    b"<dump/>", b"<?xml version='1.0'?>", b"<!DOCTYPE dump>", b"<!DOCTYPE dump [", b"]>", b"<!ENTITY a 'b'>", b"&a;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?p", b"?>", b"<row id='", b"'", b"xmlns='urn:fuzz'", b" xmlns:a=''",
    b"<other/>", b"garbage", b"\0\0\0\0", b"\xef\xbb\xbf", b"\xff\xfe", b"<?xml version='1.1'?>", b"<?XML x?>",
    b"<?xml?>", b"<!-- -- -->",
    b"<row id='73'/><row id='74'/>", b"<a:row id='75'/>", b"<x:y/>", b"</dump><dump>",
)  # fmt: skip


def damage(chance: random.Random, data: bytes) -> bytes:
    """The document with one to three faults (some of which do no harm)."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(_WAYS)(chance, data)
    return data


def _tokens(chance: random.Random, data: bytes) -> bytes:
    return mutate(chance, [data], 1.0)[0]


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _inserted(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice((*_BIG, *SNIPPETS)) + data[at:]


def _between(chance: random.Random, data: bytes) -> bytes:
    """Something put before or behind a tag."""
    places = [i for i, code in enumerate(data) if code == 0x3C] or [0]
    at = chance.choice(places)
    return data[:at] + chance.choice(_BIG) + data[at:]


def _block(chance: random.Random, data: bytes) -> bytes:
    """A run of bytes lost, doubled, or moved."""
    first, second = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    piece = data[first:second]
    rest = data[:first] + data[second:]
    match chance.randrange(3):
        case 0:
            return rest
        case 1:
            return data[:second] + piece + data[second:]
        case _:
            at = chance.randrange(len(rest) + 1)
            return rest[:at] + piece + rest[at:]


def _noise(chance: random.Random, data: bytes) -> bytes:
    if not data:
        return b"\0"
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


_WAYS = (_tokens, _tokens, _tokens, _cut, _inserted, _between, _between, _block, _noise)


def pack(chance: random.Random, data: bytes) -> bytes:
    """A gzip of some members, levels and kinds of blocks, with or without padding."""
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(4)))
    pieces = [data[first:end] for first, end in itertools.pairwise((0, *cuts, len(data)))]
    return b"".join(_member(chance, piece) for piece in pieces) + bytes(chance.choice((0, 0, 1, 512)))


def _member(chance: random.Random, data: bytes) -> bytes:
    strategy = chance.choice((zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_FIXED, zlib.Z_RLE))
    packer = zlib.compressobj(chance.randrange(10), zlib.DEFLATED, 31, 9, strategy)
    parts = []
    for at in range(0, len(data), 400):
        parts.append(packer.compress(data[at : at + 400]))
        if chance.random() < 0.3:
            parts.append(packer.flush(chance.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_BLOCK))))
    return b"".join(parts) + packer.flush()


def damage_gzip(chance: random.Random, packed: bytes) -> bytes:
    """The gzip cut off, with a byte changed, or with something behind it."""
    at = chance.randrange(len(packed))
    match chance.randrange(4):
        case 0:
            return packed[:at]
        case 1:
            return packed[:at] + bytes([packed[at] ^ 1 << chance.randrange(8)]) + packed[at + 1 :]
        case 2:
            return packed + chance.choice((b"more", b"\x1f\x8b", b"\0\0more", b"<dump/>", packed[:20]))
        case _:
            return packed[:at] + packed[at + chance.randrange(1, 9) :]
