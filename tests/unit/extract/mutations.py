"""Records damaged on purpose, a few bytes or tokens at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_TOKEN = re.compile(rb"<[^>]*>?|[^<&\"= >]+|[&\"= >]")

# What goes in: everything that makes a parser look twice.
_WORDS = r"""
< > / = " ' & ; <> </> </ /> // ]]> <![CDATA[x]]> <![CDATA[</v>]]> <!-- --> <!----> <!--<a>--> <?x?> <?x <b/> ?>
<!DOCTYPE
&lt; &gt; &amp; &quot; &apos; &amp &lt &; &nbsp; &amp;lt; &#38;amp; &#38;lt; &#38;#60; &#60; &#62; &#34; &#38; &#32;
&#9; &#10; &#13; &#92;
&#228; &#x41; &#X41; &#00065; &#0000065; &#00000065; &#x000041; &#x0000041; &#x1F3B5; &#128077; &#65536;
&#x10FFFF; &#x110000;
&#0; &#1; &#x1F; &#28; &#x1c; &#xD800; &#xDFFF; &#xFFFE; &#xFFFF; &#99999999; &# &#x &#; &#x; &#-1; &#6_5;
\ \N \. \t "" '' a="1" id="1" id id= ="1" xmlns="u" xmlns="" xmlns:p="u" p:a="1" xml:space="preserve" xml:lang="en"
<v> </v> <v/> </v/> <unknown/> <unknown> </unknown> <id> </id> <id/> <name> </name> <name/> <title> </title> <p:v/>
5 +5 -5 007 1e3 0x10 1_000 9999999999 99999999999999999999 true 2020-02-30
"""
_LETTERS = "\uff11\x7f\x80\x85\xa0\u2028\ud7ff\ue000\ufeff\ufffd\ufffe\uffff\U0001f3b5\U0010ffff"
SNIPPETS: tuple[bytes, ...] = (
    *(word.encode() for word in _WORDS.split()),
    *(bytes([code]) for code in range(33)),
    *(letter.encode() for letter in _LETTERS),
    *(
        b"\x80",
        b"\xc0\x80",
        b"\xc0\xbc",
        b"\xe0\x80\xbc",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xff",
        b"\xc3",
        b"\xef\xbf",
    ),
    *(
        b"  ",
        b"\r\n",
        b' id="2"',
        b' x="><v a="',
        b'=\t"1"',
        b' a="<"',
        b' a=">"',
        b" a='>'",
        b"&#10;\n",
        b"<v >",
        b"</v >",
    ),
    *(b"<v/ >", b"<v />", b"</ v>", b"< v>", b"<!-- <v> -->", b"&#6 5;", b"& amp;"),
)


def tokens(record: bytes) -> list[bytes]:
    """Tags, words and marks."""
    return _TOKEN.findall(record)


def mutate(chance: random.Random, records: Sequence[bytes], share: float) -> list[bytes]:
    """The records, a share of them damaged in one to three places; some together with the next one."""
    result = list(records)
    for index in range(len(result)):
        if chance.random() >= share:
            continue
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            if chance.random() < 0.1 and len(result) > 1:
                other = (index + 1) % len(result)
                result[index], result[other] = _exchanged(chance, result[index], result[other])
            elif chance.random() < 0.6:
                result[index] = _with_tokens_changed(chance, result[index])
            else:
                result[index] = _with_bytes_changed(chance, result[index])
    return result


def _with_tokens_changed(chance: random.Random, record: bytes) -> bytes:
    parts = tokens(record) or [b""]
    place, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(8):
        case 0:
            del parts[place]
        case 1:
            parts.insert(place, parts[place])
        case 2:
            parts[place], parts[other] = parts[other], parts[place]
        case 3:
            parts.insert(other, parts[place])
        case 4:
            parts[place] = parts[other]
        case 5:
            parts[place] = _tag_changed(chance, parts[place])
        case 6:
            parts.insert(place, chance.choice(SNIPPETS))
        case _:
            parts[place] = chance.choice(SNIPPETS)
    return b"".join(parts)


def _tag_changed(chance: random.Random, tag: bytes) -> bytes:
    """A start tag made an end tag, an empty element, or the reverse; white space and quotes moved."""
    changes = (
        (b"</", b"<"), (b"/>", b">"), (b">", b"/>"), (b"<", b"</"), (b">", b" >"), (b" ", b"  "), (b" ", b"\n"),
        (b" ", b""),
        (b'"', b"'"), (b'=', b" = "), (b'" ', b'"'), (b'"', b""), (b"=", b""), (b"/>", b"/ >"), (b">", b"\t>"),
    )  # fmt: skip
    old, new = chance.choice(changes)
    return tag.replace(old, new, chance.choice((1, -1)))


def _with_bytes_changed(chance: random.Random, record: bytes) -> bytes:
    place = chance.randrange(len(record) + 1)
    match chance.randrange(4):
        case 0:
            return record[:place] + record[place + chance.randrange(1, 4) :]
        case 1:
            return record[:place] + bytes([chance.randrange(256)]) + record[place + 1 :]
        case 2:
            return record[:place] + bytes([chance.choice(b"<>/\"'= &;#\n\t\\")]) + record[place + 1 :]
        case _:
            return record[:place] + chance.choice(SNIPPETS) + record[place:]


def _exchanged(chance: random.Random, one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """Two records with a token of each in the other, or one that went from the first to the second."""
    left, right = tokens(one), tokens(other)
    if not left or not right:
        return other, one
    here, there = chance.randrange(len(left)), chance.randrange(len(right))
    if chance.random() < 0.5:
        left[here], right[there] = right[there], left[here]
    else:
        right.insert(there, left.pop(here))
    return b"".join(left), b"".join(right)
