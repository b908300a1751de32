"""Every encoding comes out as UTF-8, and one byte that cannot be decoded costs one record."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from loader.errors import SourceError
from loader.source.packing.encoding import detect
from tests.support.nasty_build import document, packed, row
from tests.support.source_oracle import records, scanned, write

NAMES = ["Žižkov", "Åland", "ßüß", "Ελλάς", "音楽", "𝄞", "plain"]
ENCODINGS = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-be": "UTF-32",
    "utf-8-sig": "UTF-8",
    "latin-1": "ISO-8859-1",
    "cp1252": "windows-1252",
    "koi8-r": "KOI8-R",
    "shift_jis": "Shift_JIS",
    "iso2022_jp": "ISO-2022-JP",
    "gb18030": "GB18030",
    "cp037": "IBM037",
}


def encoded(codec: str, count: int) -> tuple[bytes, list[str]]:
    names = [name for name in NAMES if name.encode(codec, "ignore").decode(codec, "ignore") == name]
    used = [names[n % len(names)] * (n % 40 + 1) for n in range(count)]
    head = f'<?xml version="1.0" encoding="{ENCODINGS[codec]}"?>\n'
    text = document(*(row(n + 1, name) for n, name in enumerate(used)), head=head).decode()
    return text.encode(codec), used


@pytest.mark.parametrize("codec", ENCODINGS)
@pytest.mark.parametrize("compressed", [False, True])
def test_read_in_random_order(tmp_path: Path, codec: str, compressed: bool) -> None:
    data, names = encoded(codec, 2_500)
    file = write(tmp_path, packed(data) if compressed else data)
    spans, summary = scanned(file, chunk_bytes=20_000)
    assert summary.damage is None
    assert (summary.transcoded_from is None) == (codec == "utf-8-sig")
    found = records(file, spans, order=random.Random(1).shuffle)
    assert [etree.fromstring(record).findtext("name") for _, record, _ in found] == names
    if codec != "utf-8-sig":
        assert spans[-1].seek is not None
        assert len(spans[-1].seek) < 34_000


def test_bytes_that_cannot_be_decoded_cost_one_record(tmp_path: Path) -> None:
    data = document(row(1), row(2, "x@x"), row(3), head='<?xml version="1.0" encoding="Shift_JIS"?>')
    file = write(tmp_path, data.replace(b"@", b"\xff"))
    spans, summary = scanned(file, chunk_bytes=10_000)
    assert summary.damage is None
    parsed = []
    for _, record, _ in records(file, spans):
        try:
            parsed.append(etree.fromstring(record).get("id"))
        except etree.XMLSyntaxError:
            continue
    assert parsed == ["1", "3"]


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b"<?xml version='1.0' encoding='us-ascii'?>", None),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='us-ascii'?>", None),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='utf8'?>", None),
        (b"<a encoding='latin-1'?>", None),
        (b"\n\0<\0", "utf-16-le"),
        ("\ufeff<?xml version='1.0' encoding='UTF-16'?>".encode("utf-16-be"), "utf-16-be"),
        ("<?xml version='1.0' encoding='utf-16LE'?>".encode("utf-16-le"), "utf-16-le"),
        ("<?xml version='1.0' encoding='ISO-10646-UCS-2'?>".encode("utf-16-le"), "utf-16-le"),
        ("\ufeff<?xml version='1.0' encoding='UTF-32'?>".encode("utf-32-le"), "utf-32-le"),
        ("<?xml version='1.0' encoding='ebcdic-cp-us'?>".encode("cp037"), "cp037"),
        ("<?xml version='1.0'?>".encode("cp037"), "cp037"),
    ],
)
def test_signs_that_agree(head: bytes, codec: str | None) -> None:
    assert detect(head, "a.xml") == codec


@pytest.mark.parametrize(
    "head",
    [
        b"<?xml version='1.0' encoding='UTF-16'?>",
        b"\xef\xbb\xbf<?xml version='1.0' encoding='latin-1'?>",
        b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-16'?>",
        "\ufeff<?xml version='1.0' encoding='utf-8'?>".encode("utf-16-be"),
        "<?xml version='1.0' encoding='utf-16be'?>".encode("utf-16-le"),
        "<?xml version='1.0' encoding='utf-16'?>".encode("utf-32-le"),
        "<?xml version='1.0' encoding='latin-1'?>".encode("cp037"),
    ],
)
def test_signs_that_contradict_are_refused(head: bytes) -> None:
    with pytest.raises(SourceError, match=r"a\.xml declares the encoding .*, but .*\n  mend the declaration"):
        detect(head, "a.xml")
