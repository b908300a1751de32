"""A worker reads the bytes that were planned, or learns that it does not."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from loader.errors import SourceChangedError
from loader.source.packing import stream
from loader.source.packing.ranges import Reader
from loader.source.packing.raw import RawFile
from tests.support.nasty_build import noisy, pieces, zipped
from tests.support.source_oracle import only, scanned, write

FORMATS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("a.xml", lambda data: data),
    "gzip": ("a.xml.gz", lambda data: gzip.compress(data, 6)),
    "bzip2": ("a.xml.bz2", lambda data: pieces(data, bz2.compress)),
    "zip": ("a.zip", lambda data: zipped({"a.xml": data})),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_any_order_gives_the_planned_bytes(tmp_path: Path, kind: str) -> None:
    data = noisy(12_000)
    name, pack = FORMATS[kind]
    file = write(tmp_path, pack(data), name)
    spans, summary = scanned(file, chunk_bytes=100_000)
    stored = data if kind == "zip" else file.path.read_bytes()
    assert summary.sha256 == hashlib.sha256(stored).hexdigest()
    order = [*spans, *reversed(spans), *random.Random(2).sample(spans, len(spans))]
    with Reader(file) as reader:
        for span in order:
            assert reader.read(span) == data[span.start : span.end]


def test_reading_in_order_reads_the_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, gzip.compress(noisy(12_000)), "a.xml.gz")
    spans, _ = scanned(file, chunk_bytes=100_000)
    seeks: list[int] = []
    monkeypatch.setattr(RawFile, "seek", lambda self, offset: seeks.append(offset))
    with Reader(file) as reader:
        for span in spans:
            reader.read(span)
    assert seeks == []


def test_a_seek_point_saves_reading_what_lies_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, gzip.compress(noisy(40_000)), "a.xml.gz")
    spans, summary = scanned(file, chunk_bytes=100_000)
    last = spans[-1]
    assert last.seek is not None
    assert len(last.seek) < 34_000
    read_bytes: list[int] = []
    read = RawFile.read

    def counting(raw: RawFile) -> bytes:
        block = read(raw)
        read_bytes.append(len(block))
        return block

    monkeypatch.setattr(RawFile, "read", counting)
    with Reader(file) as reader:
        read_bytes.clear()
        reader.read(last)
    assert sum(read_bytes) < file.size / 2
    assert summary.decoded_bytes > 3_000_000


def test_without_the_systems_zlib_gzip_is_read_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "zlib_library", lambda: None)
    data = noisy(5_000)
    file = write(tmp_path, gzip.compress(data[:9000]) + gzip.compress(data[9000:]) + bytes(99), "a.xml.gz")
    spans, summary = scanned(file, chunk_bytes=100_000)
    assert summary.damage is None
    assert {span.seek for span in spans} == {None}
    with Reader(file) as reader:
        for span in reversed(spans):
            assert reader.read(span) == data[span.start : span.end]


@pytest.mark.parametrize("kind", FORMATS)
def test_another_file_in_its_place_is_noticed(tmp_path: Path, kind: str) -> None:
    data = noisy(3_000)
    name, pack = FORMATS[kind]
    file = write(tmp_path, pack(data), name)
    spans, _ = scanned(file, chunk_bytes=50_000)
    file.path.write_bytes(pack(data.replace(b'id="2999"', b'id="2998"')))
    with Reader(file) as reader:
        assert reader.read(spans[0]) == data[spans[0].start : spans[0].end]
        with pytest.raises(SourceChangedError, match=rf"{spans[-1].start} to {spans[-1].end}"):
            reader.read(spans[-1])


def test_a_file_that_became_shorter_is_noticed(tmp_path: Path) -> None:
    file = write(tmp_path, gzip.compress(noisy(3_000)), "a.xml.gz")
    spans, _ = scanned(file, chunk_bytes=50_000)
    os.truncate(file.path, 30_000)
    with Reader(file) as reader, pytest.raises(SourceChangedError, match="cut off"):
        reader.read(spans[-1])


def test_a_wrong_digest_is_noticed(tmp_path: Path) -> None:
    file = write(tmp_path, noisy(10))
    spans, _ = scanned(file)
    with Reader(only(file.path)) as reader, pytest.raises(SourceChangedError):
        reader.read(replace(spans[0], digest=spans[0].digest ^ 1))
