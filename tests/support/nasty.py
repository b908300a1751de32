"""Inputs that loaders break on, one oddity a file, each with what must come of it."""

from __future__ import annotations

import bz2
import lzma

from loader.cli.exit_codes import FAILED, REJECTS
from tests.support.nasty_build import (
    Nasty,
    bit_flipped,
    document,
    encrypted,
    huge_comment,
    noisy,
    packed,
    pieces,
    plain,
    row,
    tarred,
    twins,
    unclosed,
    with_bad,
    with_doctype,
    zipped,
)
from tests.support.nasty_good import GOOD, NUMBERS, NUMBERS_DOCUMENT

__all__ = ["ALL", "DAMAGED", "EMPTY", "GOOD", "REFUSED", "REJECTING", "Nasty"]


def _rejecting(name: str, what: str, number: int, bad: bytes, count: int = 8) -> Nasty:
    return Nasty(name, what, lambda: with_bad(number, bad, count), count - 1, 1, REJECTS)


REJECTING: tuple[Nasty, ...] = (
    _rejecting("no_key.xml", "no key", 3, b"<row><name>nobody</name><v>1</v></row>"),
    _rejecting("bad_number.xml", "a number that is none", 4, b'<row id="4"><v>seven</v></row>'),
    _rejecting("too_long.xml", "a name longer than its column", 5, row(5, "L" * 300).encode()),
    _rejecting("mismatched.xml", "mismatched inner tags", 2, b'<row id="2"><name>x</nmae><v>1</v></row>'),
    _rejecting("early_end.xml", "an end tag too early", 2, b'<row id="2"><name>x</row></name></row>'),
    _rejecting("no_end.xml", "a record without an end tag", 6, b'<row id="6"><name>x</name><v>1</v>'),
    _rejecting("unescaped.xml", "an unescaped <", 8, b'<row id="8"><name>3 < 4</name><v>1</v></row>'),
    _rejecting("open_quote.xml", "an attribute that is not closed", 3, b'<row id="3><name>x</name></row>'),
    _rejecting("not_utf8.xml", "bytes that are not UTF-8", 3, b'<row id="3"><name>\xfe\xff</name></row>'),
    _rejecting("surrogate.xml", "a lone surrogate in UTF-8", 3, b'<row id="3"><name>\xed\xb0\x80</name></row>'),
    _rejecting("nul.xml", "a NUL byte", 3, b'<row id="3"><name>a\0b</name></row>'),
    _rejecting("nul_reference.xml", "a reference to NUL", 1, b'<row id="1"><name>&#0;</name></row>'),
    _rejecting("unbound.xml", "a prefix that is not bound", 1, b'<row id="1"><z:name>x</z:name></row>'),
    Nasty(
        "numbers.xml",
        "odd numbers, as numbers",
        lambda: NUMBERS_DOCUMENT,
        5,
        len(NUMBERS) - 5,
        REJECTS,
    ),
)

DAMAGED: tuple[Nasty, ...] = tuple(
    Nasty(name, what, content, rows, exit_code=FAILED, damaged=True)
    for name, what, content, rows in (
        ("cut.xml", "cut in the middle of a record", lambda: plain(900)[:-200], None),
        ("cut.xml.gz", "gzip cut off", lambda: packed(noisy(900))[:-9000], None),
        ("bit.xml.gz", "a bit flipped in the gzip", lambda: bit_flipped(packed(noisy(900))), None),
        (
            "sum.xml.gz",
            "a wrong checksum at the end of the gzip",
            lambda: bit_flipped(packed(plain(90)), 0.992),
            90,
        ),
        ("junk.xml.gz", "something behind the gzip", lambda: packed(plain(90)) + b"more", 90),
        ("cut.xml.bz2", "bzip2 cut off", lambda: pieces(noisy(900), bz2.compress)[:-900], None),
        ("cut.xml.xz", "xz cut off", lambda: lzma.compress(noisy(900))[:-900], None),
        ("behind.xml", "text behind the root", lambda: plain(3) + b"etc.", 3),
        ("second.xml", "a second document, not asked for", lambda: plain(3) + document(row(4)), 3),
        ("open_root.xml", "a root that is never closed", lambda: plain(3).replace(b"</dump>", b""), 3),
        ("unclosed.xml.gz", "700,000 open tags", lambda: unclosed(700_000), 0),
    )
)

REFUSED: tuple[Nasty, ...] = tuple(
    Nasty(name, what, content, 0, exit_code=code, refused=True, mapping=mapping)
    for name, what, content, code, mapping in (
        (
            "encoding.xml",
            "an unknown encoding",
            lambda: document(row(1), head="<?xml version='1.0' encoding='x-tide'?>"),
            FAILED,
            "base",
        ),
        ("blank.xml", "only white space", lambda: b"\n \n", FAILED, "base"),
        ("empty.xml", "nothing at all", lambda: b"", FAILED, "base"),
        ("json.xml", "JSON", lambda: b'[{"id": 1}]', FAILED, "base"),
        ("page.xml", "an HTML page", lambda: b"<!DOCTYPE html><html><p>404</p></html>", FAILED, "base"),
        (
            "pointer.xml",
            "a Git LFS pointer",
            lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            FAILED,
            "base",
        ),
        ("root.xml", "another root element", lambda: b"<masts><row id='1'/></masts>", FAILED, "base"),
        (
            "laughs.xml",
            "entities in entities",
            with_doctype('[<!ENTITY a "ha"><!ENTITY b "&a;&a;">]', row(1, "&b;")),
            FAILED,
            "subset",
        ),
        (
            "subset.xml",
            "an internal subset, not allowed",
            with_doctype('[<!ENTITY a "ha">]', row(1, "&a;")),
            FAILED,
            "base",
        ),
        (
            "loop.xml",
            "entities in a loop",
            with_doctype('[<!ENTITY a "&b;"><!ENTITY b "&a;">]', row(1, "&a;")),
            FAILED,
            "subset",
        ),
        (
            "file.xml",
            "an entity that is a local file",
            with_doctype('[<!ENTITY a SYSTEM "file:///etc/hosts">]', row(1, "&a;")),
            FAILED,
            "subset",
        ),
        (
            "parameter.xml",
            "a parameter entity",
            with_doctype('[<!ENTITY % p SYSTEM "file:///etc/hosts"> %p;]', row(1)),
            FAILED,
            "subset",
        ),
        ("table.csv", "CSV", lambda: b"id,name\n1,x\n", FAILED, "base"),
        ("archive.tar", "a tar archive", lambda: tarred("../../dump.xml", plain(3)), FAILED, "base"),
        ("archive.xml.gz", "a tar archive, packed", lambda: packed(tarred("/dump.xml", plain(3))), FAILED, "base"),
        ("nested.zip", "a zip in a zip", lambda: zipped({"a.zip": zipped({"a.xml": plain(3)})}), FAILED, "base"),
        ("locked.zip", "an encrypted zip", lambda: encrypted(zipped({"a.xml": plain(3)})), FAILED, "base"),
        ("twins.zip", "two members of one name", lambda: twins("a.xml", plain(3), plain(4)), FAILED, "base"),
    )
)

EMPTY = Nasty("comment.xml.gz", "a comment of 60 MB, no record", lambda: huge_comment(60), 0)

ALL: tuple[Nasty, ...] = (*GOOD, EMPTY, *REJECTING, *DAMAGED, *REFUSED)
