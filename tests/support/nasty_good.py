"""Odd inputs that must load whole: every row, no reject."""

from __future__ import annotations

import bz2
import lzma

from tests.support.nasty_build import Nasty, document, packed, pieces, plain, row, with_doctype, zipped

_NS = (
    '<?xml version="1.0"?>\n<a:dump xmlns:a="urn:tide"><a:row id="1"><a:name>ebb</a:name><a:v>1</a:v></a:row>'
    '<b:row xmlns:b="urn:tide" id="2"><b:name>flood</b:name><b:v>2</b:v></b:row>'
    '<row xmlns="urn:tide" id="3"><name>slack</name><v>3</v></row></a:dump>'
)

NUMBERS = ("0042", "1e309", "inf", "-0", "9223372036854775808", "0b11", "1_000", "٣٤", "+6", " 8 ", "99")
NUMBERS_DOCUMENT = document(*(row(n, text, text) for n, text in enumerate(NUMBERS, 1)))

GOOD: tuple[Nasty, ...] = (
    Nasty("good.xml", "nothing", lambda: plain(12), 12),
    Nasty(
        "utf16.xml",
        "UTF-16 with BOM",
        lambda: document(row(1), row(2, "žížala 港"), head="").decode().encode("utf-16"),
        2,
        names={2: "žížala 港"},
    ),
    Nasty(
        "latin1.xml",
        "ISO-8859-1",
        lambda: (
            document(row(1, "Málaga ÿ"), head='<?xml version="1.0" encoding="ISO-8859-1"?>\n')
            .decode()
            .encode("latin-1")
        ),
        1,
        names={1: "Málaga ÿ"},
    ),
    Nasty(
        "euc_jp.xml",
        "EUC-JP",
        lambda: document(row(1, "灯台"), head='<?xml version="1.0" encoding="EUC-JP"?>\n').decode().encode("euc-jp"),
        1,
        names={1: "灯台"},
    ),
    Nasty(
        "cdata.xml",
        "CDATA with markup, record tags and a split end in it",
        lambda: document(row(1, "<![CDATA[a </row><row id='9'> & ]]]]><![CDATA[> b]]>")),
        1,
        names={1: "a </row><row id='9'> & ]]> b"},
    ),
    Nasty(
        "comments.xml",
        "comments and processing instructions between, in, and inside values, with record tags in them",
        lambda: document("<!-- <row> -->", row(1, "a<!-- </row> -->b<?x </row>?>c"), "<?y?>", tail="<!-- end -->"),
        1,
        names={1: "abc"},
    ),
    Nasty(
        "attribute_space.xml",
        "white space in an attribute is normalised, a reference to it is not",
        lambda: document('<row id="1"\n note="a\n\tb&#9;c"><name>n</name><v>1</v></row>'),
        1,
        mapping="attribute",
    ),
    Nasty("prefixes.xml", "one namespace, three prefixes", _NS.encode, 3, mapping="namespace"),
    Nasty(
        "elsewhere.xml",
        "the record's tag at another path",
        lambda: document("<head><row id='77'><name>no</name></row></head>", row(1), row(2)),
        2,
    ),
    Nasty(
        "twice.xml",
        "the same key twice",
        lambda: document(row(1), row(2, "first"), row(2, "second")),
        2,
        names={2: "second"},
        duplicates=1,
    ),
    Nasty(
        "external_dtd.xml",
        "an external DTD that is not there",
        with_doctype('SYSTEM "gone.dtd"', row(1), row(2)),
        2,
    ),
    Nasty(
        "entities.xml",
        "text entities, allowed by the mapping",
        with_doctype('[<!ENTITY quay "Kai &#228;">]', row(1, "&quay;!")),
        1,
        mapping="subset",
        names={1: "Kai ä!"},
    ),
    Nasty("no_declaration.xml", "no XML declaration", lambda: document(row(1), row(2), head=""), 2),
    Nasty("one_line.xml", "everything on one line", lambda: plain(15_000).replace(b"\n", b""), 15_000),
    Nasty(
        "many_children.xml",
        "a record with 60,000 children",
        lambda: document(row(1), f'<row id="2"><items>{"<i>x</i>" * 60_000}</items></row>'),
        2,
        mapping="children",
        child_rows=60_000,
    ),
    Nasty(
        "names.xml",
        "names that are SQL keywords, not ASCII, dotted, different only by case",
        lambda: document(
            '<row id="1"><select>1</select><order>2</order><flöße>3</flöße><x.y-z>4</x.y-z><Word>5</Word>'
            "<word>6</word></row>"
        ),
        1,
        mapping="names",
    ),
    Nasty(
        "numbers_as_text.xml",
        "odd numbers, as text",
        lambda: NUMBERS_DOCUMENT,
        len(NUMBERS),
        mapping="text",
    ),
    Nasty("packed.xml.gz", "gzip", lambda: packed(plain(90)), 90),
    Nasty(
        "members.xml.gz",
        "gzip of three members, zero padding",
        lambda: pieces(plain(90), packed) + bytes(512),
        90,
    ),
    Nasty("streams.xml.bz2", "bzip2 of three streams", lambda: pieces(plain(90), bz2.compress), 90),
    Nasty("packed.xml.xz", "xz", lambda: lzma.compress(plain(90)), 90),
    Nasty("misnamed.xml", "gzip under another name", lambda: packed(plain(90)), 90),
    Nasty(
        "two.zip",
        "a zip with two members",
        lambda: zipped({"b.xml": document(row(3)), "a.xml": document(row(1), row(2))}),
        3,
    ),
    Nasty(
        "mixed.xml",
        "mixed content",
        lambda: document(row(1, "CO<sub>2</sub> in <i>L. <b>maris</b></i> too")),
        1,
        names={1: "CO2 in L. maris too"},
    ),
    Nasty(
        "documents.xml",
        "two documents in one file",
        lambda: plain(3) + document(row(4), row(5)),
        5,
        mapping="many",
    ),
    Nasty(
        "escaped_nul.xml",
        "text that looks like an escaped NUL",
        lambda: document(row(1, "a\\u0000 %00 \\x00")),
        1,
        names={1: "a\\u0000 %00 \\x00"},
    ),
    Nasty(
        "orphan.xml",
        "a parent that is in no file",
        lambda: document(row(1, attributes=' parent="404"')),
        1,
        mapping="parent",
        orphans=1,
    ),
    Nasty(
        "xinclude.xml",
        "XInclude of a local file is not executed",
        lambda: document(row(1, '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/hosts"/>')),
        1,
        names={1: ""},
    ),
)
