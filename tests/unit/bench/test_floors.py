"""Floors do the work that they are named for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from lxml import etree

from loader.extract.batch import Batch
from tests.bench import floors

RECORDS = [b"<a>" + b"x" * size + b"</a>" for size in (10, 300_000, 10, 10, 200_000, 100_000)]
BATCH = Batch(RECORDS, ["0" * 32] * len(RECORDS), b"<r>", b"</r>", source=1)


def test_all_records_are_in_documents_of_bounded_size() -> None:
    documents = floors.blocks(BATCH)

    assert [len(etree.fromstring(document)) for document in documents] == [1, 1, 3, 1]
    assert b"".join(document[3:-4] for document in documents) == b"".join(RECORDS)


@pytest.mark.parametrize("parse", floors.PARSERS.values(), ids=floors.PARSERS)
def test_a_parser_judges_every_byte(parse: object) -> None:
    documents = floors.blocks(BATCH)
    parse(documents)  # type: ignore[operator]

    with pytest.raises(etree.XMLSyntaxError):
        parse([*documents[:-1], documents[-1].replace(b"</a></r>", b"</b></r>")])  # type: ignore[operator]


def test_gunzip_inflates_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"ab" * 2_000_000))

    assert floors.gunzip(path) == 4_000_000
