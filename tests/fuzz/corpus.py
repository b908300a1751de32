"""Documents on which the loader once went wrong, cut down to what mattered."""

from __future__ import annotations

_ROW = b'<row id="1"><name>x</name></row>'


def _dump(inside: bytes, before: bytes = b"", behind: bytes = b"") -> bytes:
    return before + b"<dump>" + inside + b"</dump>" + behind


# Well-formed: the document, and how many records it has.
GOOD: dict[str, tuple[bytes, int]] = {
    "an instruction whose target begins like a declaration": (_dump(_ROW + b"<?xml-stylesheet a?>" + _ROW), 2),
    "the same behind the root": (_dump(_ROW, behind=b"<?xml-stylesheet a?>"), 1),
    "a name of XML's fifth edition in what is not mapped": (_dump("<a㤹 b='é'>é</a㤹>".encode() + _ROW), 1),
    "the same name as an end tag, long after": (_dump(_ROW + "<ꉵ>".encode() + b"x" * 300 + "</ꉵ>".encode()), 1),
    "a root with such a name": ("<dꉵmp/>".encode(), 0),
    "empty parts": (_dump(b"<part/><part></part>" + _ROW + b"<part a='1'/>"), 1),
    "a skipped element longer than the window": (_dump(b"<a>" + b"<b>x</b>" * 90_000 + b"</a>" + _ROW), 1),
    "a long comment": (_dump(b"<!--" + b" row " * 90_000 + b"-->" + _ROW), 1),
}

# Not well-formed: not one of these may end as a success.
DAMAGED: dict[str, bytes] = {
    "a fault in an ancestor's attribute": b"<dump><part note=\xd3><other id='1'/></part></dump>",
    "an attribute twice in an ancestor": b"<dump a='1' a='2'><row id='1'/></dump>",
    "bytes that are not UTF-8 in an ancestor": b"<dump a='\xff'><row id='1'/></dump>",
    "a comment that is passed as text, ended behind its record": _dump(
        b"<row id='1'><![X<!--</row><row id='2'/>", behind=b"<!--x-->"
    ),
    "names without values, in the root": b"<dump " + b"x" * 900_000 + b"><row id='1'/></dump>",
    "half a character between records": _dump(b"\xef\xbf" + _ROW + "<!-- é -->".encode()),
    "a version that is none": _dump(_ROW, b'<?xml version="1.z"?>'),
    "an unclosed string in the declaration": _dump(_ROW, b'<?xml version="1.0 encoding="UTF-8"?>'),
    "white space before the declaration": _dump(_ROW, b"\n<?xml version='1.0'?>"),
    "two declarations": _dump(_ROW, b"<?xml version='1.0'?><?xml version='1.0'?>"),
    "mismatched tags in what is not mapped": _dump(_ROW + b"<a><b></c></a>"),
    "a control character in what is not mapped": _dump(_ROW + b"<a>\x02</a>"),
    "an unbound prefix in what is not mapped": _dump(_ROW + b"<x:y/>"),
    "a control character in a comment": _dump(_ROW, b"<!-- \x02 -->"),
    "two hyphens in a comment": _dump(_ROW + b"<!-- a -- b -->"),
    "an end tag with an attribute": b"<dump>" + _ROW + b"</dump a='1'>",
    "bytes that are not UTF-8 in an instruction": _dump(_ROW, behind=b"<?\xc3/dump><dump>?>"),
    "an entity that nothing declares, between records": _dump(_ROW + b"&x;"),
    "the end of a CDATA section, between records": _dump(_ROW + b"]]>"),
    "a fault far inside a long skipped element": _dump(_ROW + b"<a>" + b"<b>x</b>" * 90_000 + b"<b>" + b"</a>"),
    "a fault behind a long skipped element": _dump(b"<a>" + b"<b>x</b>" * 90_000 + b"</a>" + _ROW + b"<b></c></b>"),
}
