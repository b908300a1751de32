"""Which sources paths mean, and what is refused before anything is read."""

from __future__ import annotations

import bz2
import io
import lzma
import os
import re
import tarfile
from pathlib import Path

import pytest

from loader.errors import SourceError, UsageError
from loader.source.listing import in_words, list_sources
from loader.source.packing.format import format_of
from loader.source.packing.stream import open_stream
from loader.source.xml.scan import match_root, scan
from tests.support.nasty import REFUSED
from tests.support.nasty_build import Nasty, packed, plain, zipped
from tests.support.source_oracle import ROW, only, scanned
from tests.support.sources import AnyXml, expand

SKIPPABLE = b"\x53\x2a\x4d\x18\x03\x00\x00\x00abc"


def test_directories_zips_and_repeated_paths(tmp_path: Path) -> None:
    (tmp_path / "b.xml").write_bytes(plain(1))
    (tmp_path / "a.xml.gz").write_bytes(packed(plain(1)))
    (tmp_path / "c.zip").write_bytes(zipped({"z.xml": plain(1), "y.xml": plain(1), "__MACOSX/._y.xml": b"?"}))
    (tmp_path / "CHECKSUM.txt").write_text("not a dump")
    (tmp_path / ".d.xml").write_text("hidden")
    found = expand([tmp_path, tmp_path / "b.xml", tmp_path / "." / "a.xml.gz"])
    assert [(file.name, file.format) for file in found] == [
        ("a.xml.gz", "gzip"),
        ("b.xml", "plain"),
        ("c.zip!y.xml", "zip"),
        ("c.zip!z.xml", "zip"),
    ]
    assert found[0].size == (tmp_path / "a.xml.gz").stat().st_size
    assert {match_root(file)[0] for file in found} == {"dump"}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.gz", plain(1), "plain"),
        ("a.xml", packed(plain(1)), "gzip"),
        ("b.xml", bz2.compress(plain(1)), "bzip2"),
        ("c.xml", lzma.compress(plain(1)), "xz"),
    ],
)
def test_the_format_is_told_by_the_bytes(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert only(tmp_path / name).format == expected


@pytest.mark.parametrize(
    "nasty", [n for n in REFUSED if n.name not in ("root.xml", "comment.xml.gz")], ids=lambda n: n.name
)
def test_refused_with_the_name_of_the_file(tmp_path: Path, nasty: Nasty) -> None:
    path = nasty.write(tmp_path)
    subset = "allow" if nasty.mapping == "subset" else "refuse"
    with pytest.raises(SourceError, match=nasty.name):
        scanned(only(path), internal_subset=subset)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pointer.xml", "git lfs pull"),
        ("json.xml", "JSON"),
        ("page.xml", "HTML"),
        ("blank.xml", "white space"),
        ("empty.xml", "is empty"),
        ("encoding.xml", "x-tide"),
        ("table.csv", "is CSV according to its name"),
        ("subset.xml", "internal_subset: allow"),
    ],
)
def test_the_message_says_what_the_file_is(tmp_path: Path, name: str, said: str) -> None:
    path = next(nasty for nasty in REFUSED if nasty.name == name).write(tmp_path)
    with pytest.raises((SourceError, UsageError), match=said):
        scanned(only(path))


def tarred(content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("<a>.xml")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "is_what", "todo"),
    [
        ("a.tar", tarred(plain(1)), "a tar archive", "unpack it first"),
        ("a.tar.gz", packed(tarred(plain(1))), "a tar archive", "unpack it first"),
        ("a.xml.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "a 7z archive", "unpack it first"),
        ("a.rar", b"Rar!\x1a\x07\x01\0", "a rar archive", "unpack it first"),
        ("a.xml.lz4", b"\x04\x22\x4d\x18\x64\x40", "compressed with lz4", "xz, zstd and zip are supported"),
        ("a.xml.Z", b"\x1f\x9d\x90" + b"\0" * 9, "compressed in an unsupported format", "unpack it first"),
        ("a.xml.gz", packed(packed(plain(1))), "compressed more than once", "decompress it once"),
        ("a.zip.gz", packed(zipped({"a.xml": plain(1)})), "a zip file inside another file", "unpack it first"),
        ("a.zip!b.zip", zipped({"b.zip": zipped({"a.xml": plain(1)}), "c.xml": plain(1)}),
         "a zip file inside another file", "unpack it first"),
        ("a.zip!b.gz", zipped({"b.gz": packed(plain(1)), "c.xml": plain(1)}), "compressed more than once", "once"),
        ("a.lz4", SKIPPABLE + b"\x04\x22\x4d\x18\x64\x40", "compressed with lz4", "xz, zstd and zip are supported"),
        ("a.parquet", b"PAR1\x15\0", "a Parquet file", "convert it to XML"),
        ("a.orc", b"ORC\x11", "an ORC file", "convert it to XML"),
        ("a.avro", b"Obj\x01\x04", "an Avro file", "convert it to XML"),
        ("a.db", b"SQLite format 3\0\x10", "an SQLite database", "convert it to XML"),
        ("a.dump", b"PGDMP\x01", "a dump by pg_dump", "pg_restore"),
        ("a.pdf", b"%PDF-1.7", "a PDF document", "only XML is supported"),
        ("a.json", b' {"a": 1}', "JSON", "convert it to XML"),
        ("a.jsonl.gz", packed(b'{"a": 1}\n{"a": 2}\n'), "JSON", "convert it to XML"),
        ("a.csv", b"id,name\n", "CSV", "convert it to XML"),
        ("a.TSV.gz", packed(b"id\tname\n"), "CSV", "convert it to XML"),
        ("a.xml", b"\xef\xbb\xbf\n<HTML><p>502</p>", "an HTML page", "download may have failed"),
        ("a.dtd", b"<!-- books -->\n<!ELEMENT books (book*)>", "a DTD, not a document", "give the documents"),
        ("b.xml", b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer", "git lfs pull"),
    ],
)  # fmt: skip
def test_what_is_no_xml_is_named_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, is_what: str, todo: str
) -> None:
    path = tmp_path / name.partition("!")[0]
    path.write_bytes(data)
    with pytest.raises(SourceError) as refused:
        expand([path])
    assert f"{name} is {is_what}" in str(refused.value)
    assert todo in refused.value.hint
    assert str(refused.value).count(name) == 1


@pytest.mark.parametrize("name", ["csv.xml", "a.csv.xml", "a.json.xml", "tar.xml.gz"])
def test_xml_is_xml_whatever_its_name_holds(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(plain(1))
    assert [file.name for file in expand([tmp_path / name])] == [name]


def test_a_name_with_control_characters_is_refused_or_shown_without_them(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(plain(1))
    (tmp_path / "Icon\r").write_bytes(plain(1))
    named = tmp_path / "b\n.xml"
    listing = list_sources([tmp_path], AnyXml())
    assert [file.name for file in listing.sources] == ["a.xml"]
    assert in_words(listing.passed_over.items()) == "skipped: Icon\\r (control characters in its name)"
    named.write_bytes(plain(1))
    (tmp_path / "c.zip").write_bytes(zipped({"\x1b[2J.xml": plain(1)}))
    for path, shown in ((named, r"b\n.xml"), (tmp_path, r"b\n.xml"), (tmp_path / "c.zip", r"c.zip!\x1b[2J.xml")):
        with pytest.raises(SourceError, match=f"^the name of the file {re.escape(shown)} has control characters"):
            expand([path])


def test_a_zip_member_that_went_away(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.xml": plain(1)}))
    (file,) = expand([path])
    path.write_bytes(zipped({"b.xml": plain(1)}))
    with pytest.raises(SourceError, match=r"a\.zip!a\.xml cannot be read"):
        scanned(file)


@pytest.mark.parametrize("padding", range(9))
def test_padding_of_xz_is_a_multiple_of_four(tmp_path: Path, padding: int) -> None:
    for tail in (b"", lzma.compress(b"\n")):
        path = tmp_path / f"a{len(tail)}.xml.xz"
        path.write_bytes(lzma.compress(plain(1)) + b"\0" * padding + tail)
        stream, _ = open_stream(expand([path])[0])
        read = b"".join(iter(stream.read, b""))
        stream.close()
        assert read.rstrip() == plain(1).rstrip()
        if padding % 4:
            assert str(stream.damage).startswith(f"{padding} zero bytes follow the xz data")
        else:
            assert stream.damage is None


def test_a_gzip_that_is_damaged_inside_the_doctype_is_named_as_damaged(tmp_path: Path) -> None:
    file = tmp_path / "a.xml.gz"
    file.write_bytes(packed(b"<!DOCTYPE dump [") + packed(b"]><dump/>").replace(b"\x08\x00", b"\x08\xe0", 1))
    with pytest.raises(SourceError, match=r"a\.xml\.gz: the gzip data is corrupt"):
        match_root(only(file))


def test_a_skippable_frame_before_zstd_is_skipped(tmp_path: Path) -> None:
    for data, format_ in ((SKIPPABLE * 2 + b"\x28\xb5\x2f\xfd", "zstd"), (SKIPPABLE, "zstd"), (b"<a/>", "plain")):
        with io.BytesIO(data) as file:
            assert format_of(file) == format_


def test_zstd_is_read_or_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.zst"
    # An empty frame: magic, header with a size of 0, one last raw block of no bytes.
    path.write_bytes(b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00")
    with pytest.raises(SourceError, match=r"zstd|white space"):
        expand([path])


def test_paths_that_are_not_there_or_hold_no_dump(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        expand([tmp_path / "gone.xml"])
    with pytest.raises(SourceError, match="directory without dumps"):
        expand([tmp_path])
    os.mkfifo(tmp_path / "pipe.xml")
    with pytest.raises(UsageError, match="neither"):
        expand([tmp_path / "pipe.xml"])


def test_a_directory_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "locked.xml"
    path.write_bytes(plain(1))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(SourceError, match=r"locked\.xml cannot be read"):
        expand([path])


def test_another_root_is_no_record_and_is_told(tmp_path: Path) -> None:
    path = next(nasty for nasty in REFUSED if nasty.name == "root.xml").write(tmp_path)
    result = scan(only(path), (ROW,), chunk_bytes=100)
    assert list(result) == []
    assert result.summary.root == "masts"
    assert result.summary.damage is None
    assert result.summary.other == {"/masts": (1, "<masts><row id='1'/></masts>")}
