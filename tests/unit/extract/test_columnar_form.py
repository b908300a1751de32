"""Which records the columnar engine reads itself, and that it leaves to libxml2 whatever might not be well-formed."""

from __future__ import annotations

import pytest

from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import mapping
from tests.unit.extract.odd_records import ODD

ROW = Engines(
    mapping("""\
columns:
  v: v
  a: "@a"
  b: "@b"
  x: w/x
  eight: abcdefgh
  nine: abcdefghi
  sixteen: abcdefghijklmnop
  apart: "q/@p"
  inner: {path: o/i, repeat: last}
  marked: {path: o/@m, repeat: last}
  mixed: m
  within: m/n
children:
  kid: {rows: ks/k, columns: {t: ., q: "@q"}, children: {small: {rows: none/s, columns: {z: z}}}}
ignore: [skip, skip2/@s]
""")
)


def plain(number: int) -> bytes:
    """A record in the plain form."""
    return b'<row id="%d" a="1"><v>text</v><w><x>1</x></w><ks><k q="2">a</k><k/></ks></row>' % number


def around(*odd: str | bytes) -> list[bytes]:
    """Some records among plain ones."""
    records = [record if isinstance(record, bytes) else record.encode() for record in odd]
    return [plain(7), plain(8), *records, plain(9)]


@pytest.mark.parametrize(
    "record",
    [
        '<row id="1"/>',
        '<row id="1"></row>',
        '<row id="1"><v/></row>',
        '<row id="1"><v></v></row>',
        '<row id="1"><v> </v></row>',
        '<row id="1" a="" b="x"/>',
        '<row b="/" a="=" id="1"><v>="\'/</v></row>',
        "<row id=\"1\" a=\" b='\"/>",
        '<row id="1">\n  <v>x</v>\r\n\t<ks>\r<k>1</k> <k>2</k></ks>\n</row>\n',
        '<row id="1"><v>a\tb\nc\rd\r\ne\\n\\N\\</v></row>',
        '<row id="1" a="\\"/>',
        '<row id="1"><v>a &amp; b &lt;c&gt; &quot;d&quot; &apos;&#228;&#x41;&#10;&#9;&#13;</v></row>',
        '<row id="1"><v>&#92;&#x5c;&#92;n&#38;amp;&amp;lt;&#38;#60;</v></row>',
        '<row id="1"><v>&#128077;&#x1F3B5;&#x10FFFF;&#1114111;&#65536;&#x10000;</v></row>',
        '<row id="1"><v>&#0000065;&#x00005C;&#0000010;&#x00000D;</v></row>',
        '<row id="1" a="&#128077;"/>',
        '<row id="1" a="&amp;lt;&#10;&#xE4;&lt;&#60;&quot;"/>',
        '<row id="1"><v>\x7f\x80\x85\xa0\u2028\ud7ff\ue000\ufefd\ufffd\U0001f3b5\U0010ffff</v></row>',
        '<row id="1"><abcdefgh>8</abcdefgh><abcdefghi>9</abcdefghi><abcdefghijklmnop>16</abcdefghijklmnop></row>',
        '<row id="1"><ks/><ks></ks><ks><k/></ks><ks><k q=""/></ks></row>',
        '<row id="1"><o><i>1</i></o><o/><o><i>2</i><i/></o></row>',
        '<row id="1"><o m="1"/><o m="2"/><m>x</m><skip2 s="1"/></row>',
        '<row id="1"><skip>what ever</skip><skip/></row>',
        '<row><v>no key</v></row>',
        '<row id=""/>',
    ],
)  # fmt: skip
def test_the_plain_form_is_read_as_libxml2_reads_it(record: str) -> None:
    assert ROW.agreed_on(around(record)).left == []


@pytest.mark.parametrize("record", ODD)
def test_all_else_is_left_to_libxml2_record_by_record(record: str | bytes) -> None:
    assert ROW.agreed_on(around(record)).left == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<row id="1"><v>x</v>', '</row><row id="2"/>'),
        ('<row id="1">', "</row>"),
        ('<row id="1"><v>x</v></row></row>', '<row id="2"><row id="3"><v/></row>'),
        ('<row id="1"><v>', 'x</v></row>'),
        ('<row id="1"/><row id="2">', '</row>'),
        ('<row id="1"><v>x</w></row>', '<row id="2"><w>x</v></row>'),
        ('<row id="1"><v>x</v></row', '><row id="2"/>'),
        ('<row id="1" a="', '"><row id="2"/>'),
        ('<row id="1" a="1', '"/>'),
        ('<row id="1" a="1" b="><row id=', '"2"/>'),
        ('<row id="1"><v><![CDATA[</v></row>', '<row id="2"><v>]]></v></row>'),
        ('<row id="1"><v>&am', 'p;</v></row>'),
        ('<row id="1"><ks><k></row>', '<row id="2"></k></ks></row>'),
        ('<row id="1"><ks></row>', '<row id="2"></ks></row>'),
        ('</row>', '<row id="1">'),
    ],
)  # fmt: skip
def test_faults_that_cancel_out_between_records_are_found(one: str, other: str) -> None:
    for records in (around(one, other), around(other, one), around(one, '<row id="5"/>', other)):
        assert {2, len(records) - 2} <= set(ROW.agreed_on(records).left)


def test_the_order_of_attributes_and_elements_does_not_matter() -> None:
    records = around('<row b="2" id="1" a="3"><ks><k q="4">t</k></ks><w><x>5</x></w><v>6</v></row>')
    assert ROW.agreed_on(records).left == []


@pytest.mark.parametrize("records", [[b""], [b"", b""], [b"\n"], [b"x"], [b"<"], [b">"], [b"<>"], [b"&"], [b"</row>"]])
def test_what_holds_no_record_at_all_is_left_to_libxml2(records: list[bytes]) -> None:
    assert ROW.agreed_on(records).left == list(range(len(records)))


@pytest.mark.parametrize("nothing", [b"", b" ", b"\n"])
def test_no_record_is_lost_beside_an_empty_one(nothing: bytes) -> None:
    ROW.agreed_on([plain(1), nothing, nothing, plain(2)])
    ROW.agreed_on([nothing, plain(1), nothing])


@pytest.mark.parametrize("depth", [3, 99, 100, 101, 127, 128, 255, 256, 3000, 70_000])
def test_records_of_any_depth_are_left_to_libxml2(depth: int) -> None:
    record = b'<row id="1">' + b"<o>" * depth + b"</o>" * depth + b"</row>"
    assert ROW.agreed_on(around(record)).left == [2]


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        ((b"\xc3<o/>\xa9", b"x"), [2]),  # together they would be a letter
        ((b"a\xe2\x82", b"\xacb"), [2, 3]),
        ((b"\xe2a\x82\xac", b"\xc3\xa4"), [2]),
        ((b"\xc3\xa4\xa4", b"\xf0\x9f\x8e\xb5"), [2]),
        ((b"\xed\xa0\x80", b"\xef\xbf\xbd"), [2]),
        ((b"\xef\xbf\xbe", b"\xef\xbf\xbf"), [2, 3]),
        ((b"\xf4\x90\x80\x80", b"\xc0\x80"), [2, 3]),
    ],
)
def test_bytes_beyond_ascii_that_are_not_utf_8(texts: tuple[bytes, bytes], left: list[int]) -> None:
    records = [b'<row id="1"><v>%s</v></row>' % text for text in texts]
    assert ROW.agreed_on(around(*records)).left == left
