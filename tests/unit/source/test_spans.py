"""How records are gathered into spans, what a summary tells, and what bounds memory."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from loader.errors import SourceError, UsageError
from loader.mapping.outside import Outside
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import RecordPath, match_root, scan
from loader.source.xml.walk import Walker
from loader.source.xml.window import Window
from tests.support.nasty_build import document, huge_comment, packed, plain, row
from tests.support.source_oracle import ROW, canonical_by_spans, only, records, scanned, write


def test_spans_are_bounded_unless_one_record_is_longer(tmp_path: Path) -> None:
    file = write(tmp_path, document(*(row(n, "x" * (900 if n == 7 else 20)) for n in range(1, 30))))
    spans, _ = scanned(file, chunk_bytes=300)
    assert [span.number for span in spans] == list(range(1, len(spans) + 1))
    assert sum(span.records for span in spans) == 29
    assert [span.records for span in spans if span.end - span.start > 300] == [1]
    assert max(span.records for span in spans) > 2
    for before, after in itertools.pairwise(spans):
        assert after.first_record == before.first_record + before.records
        assert after.start >= before.end


def test_equal_ancestors_share_a_span_and_others_do_not(tmp_path: Path) -> None:
    paths = (
        RecordPath("i", ("r", "g", "i"), outside=frozenset({Outside(("r", "g"), "a", "text", "error", 2, "/r/g/@a")})),
    )
    file = write(tmp_path, b"<r><g><i/></g><g b='1'><i/></g><g a='1'><i/></g><g a='2'><i/></g><g a = '2'><i/></g></r>")
    spans, _ = scanned(file, paths)
    assert [span.records for span in spans] == [2, 1, 2]
    assert [span.prefix for span in spans] == [b"<r><g>", b"<r><g a='1'>", b"<r><g a='2'>"]
    assert {span.suffix for span in spans} == {b"</g></r>"}
    assert len(canonical_by_spans(file, spans, paths)) == 5


@pytest.mark.parametrize("attribute", ["b='&unknown;'", "b='&#1;'", "b='1' b='2'", "p:b='1'", "b='1'c='2'", "1='1'"])
def test_no_record_is_read_inside_of_an_element_that_a_parser_refuses(tmp_path: Path, attribute: str) -> None:
    """Also where nobody reads the attribute, and the record would be parsed inside of another element."""
    file = write(tmp_path, f"<r><g><i/></g><g {attribute}><i/></g><g><i/></g></r>".encode())
    spans, summary = scanned(file, (RecordPath("i", ("r", "g", "i")),))
    assert [span.records for span in spans] == [1]
    assert str(summary.damage).startswith("at byte 14: ")


def test_several_entities_in_one_source(tmp_path: Path) -> None:
    paths = (RecordPath("a", ("r", "a")), RecordPath("b", ("r", "b")))
    file = write(tmp_path, b"<r><a/><b>1</b><a><b/></a><c/></r>")
    spans, summary = scanned(file, paths)
    assert [entity for entity, _, _ in records(file, spans, paths)] == ["a", "b", "a"]
    assert summary.other == {"/r/c": (1, "<c/>")}


def test_attributes_choose_the_entity_of_a_record(tmp_path: Path) -> None:
    paths = (
        RecordPath("small", ("r", "d[@t='small']")),
        RecordPath("odd", ("r", "d[@t!='a & b'][not(@u)]")),
        RecordPath("deep", ("r", 'g[@k="it\'s"]', "i")),
        RecordPath("rest", ("r", "d[@u]")),
    )
    file = write(
        tmp_path,
        b"<!DOCTYPE r [<!ENTITY s 'small'>]><r><d t='small' u=''/><d\nt = '&s;'><d t='x'/></d>"
        b"<d t='a &amp; b'/><d t='a &#x26; b' u='1'/><d t='big'/><d/>"
        b"<g k='it&apos;s'><i/></g><g><i/></g></r>",
    )
    spans, summary = scanned(file, paths, internal_subset="allow")
    assert [entity for entity, _, _ in records(file, spans, paths)] == ["small", "small", "rest", "odd", "deep"]
    assert {path: count for path, (count, _) in summary.other.items()} == {"/r/d": 2, "/r/g": 1}


def test_a_span_ends_where_elements_around_lead_to_other_entities(tmp_path: Path) -> None:
    """A reject keeps the elements around the first record of its span, and they choose its entity again."""
    paths = (RecordPath("x", ("r", "g[@k='x']", "i")), RecordPath("rest", ("r", "g", "i")))
    file = write(tmp_path, b"<r><g k='x' l='1'><i/></g><g k='x'><i/></g><g k='y'><i/></g><g><i/></g></r>")
    spans, _ = scanned(file, paths)
    assert [(span.records, span.prefix) for span in spans] == [(2, b"<r><g k='x' l='1'>"), (2, b"<r><g k='y'>")]
    assert [entity for entity, _, _ in records(file, spans, paths)] == ["x", "x", "rest", "rest"]


def test_documents_can_be_records(tmp_path: Path) -> None:
    paths = (RecordPath("a", ("a",)), RecordPath("c", ("b", "c")))
    file = write(
        tmp_path,
        b"<a>1</a><!-- x -->\n<?xml version='1.0'?><a/><b><c/></b><!DOCTYPE a SYSTEM 'a.dtd'><a>3</a><z/>"
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'v'>]><a>&e;<a/></a><a>5</a>",
    )
    spans, summary = scanned(file, paths, documents="many", internal_subset="allow")
    assert summary.damage is None
    assert [(entity, record) for entity, record, _ in records(file, spans, paths)] == [
        ("a", b"<a>1</a>"), ("a", b"<a/>"), ("c", b"<c/>"), ("a", b"<a>3</a>"), ("a", b"<a>&e;<a/></a>"),
        ("a", b"<a>5</a>"),
    ]  # fmt: skip
    assert [span.prefix for span in spans] == [b"", b"<b>", b"", b"<!DOCTYPE a [<!ENTITY e 'v'>]>", b""]
    assert summary.other == {"/z": (1, "<z/>")}
    assert summary.entities == ["a", "c"]


@pytest.mark.parametrize(
    ("data", "damage"),
    [
        (b"<a/><a/>", "a second root element"),
        (b"<a/>text", "text after the root element"),
        (b"<a/><!-- -- -->", "not well-formed"),
        (b"<a><b>", "no end is found"),
        (b"<!-- -- --><a/>", "not well-formed"),
        (b"<a/></a>", "an end tag that closes no open element"),
    ],
)
def test_what_stands_beside_a_record_that_is_the_document(tmp_path: Path, data: bytes, damage: str) -> None:
    _, summary = scanned(write(tmp_path, data), (RecordPath("a", ("a",)),))
    assert damage in str(summary.damage)


def test_records_of_one_entity_at_several_paths(tmp_path: Path) -> None:
    paths = (
        RecordPath("n", ("osm", "n"), 0),
        RecordPath("n", ("osm", "new", "n"), 0),
        RecordPath("w", ("osm", "w"), 1),
    )
    file = write(tmp_path, b"<osm><n>1</n><w/><new><n>2</n></new><n>3</n></osm>")
    spans, summary = scanned(file, paths)
    assert [record for _, record, _ in records(file, spans, paths)] == [b"<n>1</n>", b"<w/>", b"<n>2</n>", b"<n>3</n>"]
    assert summary.entities == ["n", "w"]
    assert split(b"<w/><n/>", b"<osm>", paths) == [(0, 4, 1), (4, 8, 0)]


def test_split_tells_the_path_of_each_record() -> None:
    paths = (RecordPath("a", ("r", "a")), RecordPath("b", ("r", "b")))
    assert split(b"<a/> <b>x</b>", b"<r>", paths) == [(0, 4, 0), (5, 13, 1)]


@pytest.mark.parametrize("gap", [" " * 300_000 + "<!-- " + "x" * 900_000 + "-->", "\n" * 70_000])
def test_a_long_gap_ends_a_span(tmp_path: Path, gap: str) -> None:
    file = write(tmp_path, document(row(1), row(2), gap, row(3), row(4)))
    spans, _ = scanned(file, chunk_bytes=1 << 30)
    assert [span.records for span in spans] == [2, 2]
    assert len(canonical_by_spans(file, spans)) == 4


def test_records_that_lie_over_the_borders_of_blocks(tmp_path: Path) -> None:
    sizes = [262_144 * 3 + 7, 5, 262_144 - 60, 262_144, 1, 600_000]
    rows = [row(n, "<b><row>" + "z" * size + "</row></b>") for n, size in enumerate(sizes)]
    file = write(tmp_path, document(*rows))
    for chunk_bytes in (1, 700_000, 1 << 30):
        spans, summary = scanned(file, chunk_bytes=chunk_bytes)
        assert summary.damage is None
        assert [record.decode() for _, record, _ in records(file, spans)] == [text.strip() for text in rows]


@pytest.mark.parametrize("block", [1, 2, 3, 5, 11, 64])
def test_nothing_depends_on_where_blocks_end(block: int) -> None:
    data = document(
        row(1, "<row>a</row ><row/><row b='>'></row>!?"),
        row(2, "<!-- </row> --><![CDATA[</row>]]><?p </row>?>"),
        "<!-- <row/> --><other><other/></other>",
        "<row></row\n><row id='3'/>",
        row(4, "<row><row></row>"),
        row(5, "<!-- <row> -->"),
    )
    whole = Walker(Window(lambda: b"", data), (ROW,))
    expected = list(whole.records())
    rest = [data[at : at + block] for at in range(0, len(data), block)]
    pieces = iter(rest)
    cut = Walker(Window(lambda: next(pieces, b"")), (ROW,))
    assert list(cut.records()) == expected
    assert len(expected) == 6
    assert (cut.damage, cut.unmatched) == (None, whole.unmatched)
    assert cut.unmatched == {"/dump/other": (1, "<other><other/></other>")}


@pytest.mark.parametrize("name", ["release", "tetete", "a.b.cd", "é"])
def test_names_that_end_like_that_of_the_records_do_not_end_one(name: str) -> None:
    inside = "".join(f"<{other}>1</{other}>" for other in (f"x{name}", f"{name}d", name[-4:] + "x")) + f"<{name}/>"
    record = f"<{name}>{inside}<{name}>2</{name}></{name}>".encode()
    paths = (RecordPath("a", ("r", name)),)
    assert split(record * 2, b"<r>", paths) == [(0, len(record), 0), (len(record), 2 * len(record), 0)]


def test_a_record_name_in_another_namespace_is_no_record(tmp_path: Path) -> None:
    file = write(tmp_path, b"<dump><row/><row xmlns='urn:b'/><row/><b:row xmlns:b='urn:b'/></dump>")
    spans, summary = scanned(file)
    assert [record for _, record, _ in records(file, spans)] == [b"<row/>", b"<row/>"]
    paths = (ROW, RecordPath("b", ("dump", "{urn:b}row")))
    spans, summary = scanned(file, paths)
    assert [entity for entity, _, _ in records(file, spans, paths)] == ["row", "b", "row", "b"]
    assert summary.other == {}


def test_digests_fit_a_signed_bigint(tmp_path: Path) -> None:
    spans, _ = scanned(write(tmp_path, plain(60)), chunk_bytes=1)
    digests = [span.digest for span in spans]
    assert min(digests) < 0 < max(digests)
    assert max(digests) < 1 << 63


def test_several_documents_when_asked_for(tmp_path: Path) -> None:
    data = plain(3) + b"\xef\xbb\xbf" + plain(2) + b"<!DOCTYPE dump SYSTEM 'x'>" + document(row(9), head="")
    file = write(tmp_path, data)
    spans, summary = scanned(file, documents="many")
    assert (summary.records, summary.damage) == (6, None)
    assert len(canonical_by_spans(file, spans)) == 6


def test_allowed_entities_travel_with_the_span(tmp_path: Path) -> None:
    head = '<!DOCTYPE dump PUBLIC "p" "q" [ <!-- > ]> --> <!ELEMENT row ANY> <!ENTITY e "&#228; ]>"> ]>\n'
    file = write(tmp_path, document(row(1, "&e;"), head=head))
    spans, _ = scanned(file, internal_subset="allow")
    assert spans[0].prefix == b'<!DOCTYPE dump [<!ENTITY e "&#228; ]>">]><dump>'
    assert "ä ]&gt;".encode() in canonical_by_spans(file, spans)[0][1]


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "&b;">',
        '<!ENTITY a "&#60;b/>">',
        '<!ENTITY a "&#x26;b;">',
        '<!ENTITY a "<b/>">',
        '<!ENTITY a "%b;">',
        '<!ENTITY a SYSTEM "b">',
        '<!ENTITY a PUBLIC "b" "c">',
        '<!ENTITY % a "b">',
        "%a;",
        '<!ATTLIST row x CDATA "&a;">',
        f'<!ENTITY a "{"x" * 5000}">',
        "<![INCLUDE[",
        '<!ENTITY a "b',
    ],
)
def test_what_no_setting_allows(tmp_path: Path, subset: str) -> None:
    file = write(tmp_path, document(row(1), head=f"<!DOCTYPE dump [{subset}]>\n"))
    with pytest.raises(SourceError, match=r"dump\.xml: the DOCTYPE at byte 0"):
        list(scan(file, (ROW,), chunk_bytes=10, internal_subset="allow"))


def test_paths_inside_each_other_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path, plain(1))
    with pytest.raises(UsageError, match="lie in"):
        scan(file, (ROW, RecordPath("inner", ("dump", "row", "inner"))), chunk_bytes=10)


def test_the_root_is_known_by_its_namespace(tmp_path: Path) -> None:
    head = "<?xml version='1.0'?><!-- <x> --><!DOCTYPE a:b SYSTEM 'c'>"
    assert match_root(write(tmp_path, f"{head}\n<a:b xmlns:a='urn:&amp;'/>".encode())) == ("{urn:&}b", {})


def test_progress_counts_the_bytes_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, packed(plain(40_000)), "a.xml.gz")
    seen: list[int] = []
    scanned(file, progress=seen.append)
    assert seen == sorted(set(seen))
    assert seen[-1] == file.size


def test_the_summary_comes_last(tmp_path: Path) -> None:
    result = scan(write(tmp_path, plain(50)), (ROW,), chunk_bytes=100)
    next(iter(result))
    with pytest.raises(RuntimeError, match="last span"):
        _ = result.summary


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("kind", ["comment", "unmatched", "tags", "text", "space"])
def test_one_giant_token_takes_little_memory(tmp_path: Path, kind: str) -> None:
    filler = "x" * (40 << 20)
    contents = {
        "comment": huge_comment(40),
        "unmatched": f"<dump><a>{filler}</a></dump>".encode(),
        "tags": b"<dump>" + b"<d>" * 400_000,
        "text": f"<dump>{filler}</dump>".encode(),
        "space": document(row(1), " " * (40 << 20)),
    }
    path = tmp_path / "a.xml"
    path.write_bytes(contents[kind])
    program = """
import re, sys
from pathlib import Path
from tests.support.sources import expand
from loader.source.xml.scan import RecordPath, scan
result = scan(expand([Path(sys.argv[1])])[0], [RecordPath("row", ("dump", "row"))], chunk_bytes=1 << 24)
list(result)
peak_kb = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(int(peak_kb) // 1024, result.summary.damage is not None)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True, timeout=20
    )
    peak_mb, damaged = done.stdout.split()
    assert int(peak_mb) < 60
    assert (damaged == "True") == (kind == "tags")
    assert only(path).size > 0
