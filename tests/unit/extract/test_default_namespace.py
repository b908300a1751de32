"""`namespaces: {"": URI}`: element names without a prefix are in that namespace, attributes never are."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import SourceError
from loader.mapping.paths import parse_path, parse_steps
from loader.mapping.read import parse_dataset
from loader.source.entities_of_file import entities_of
from loader.source.file import SourceFile
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import batch, rows_of, values

MAPPING = """\
dataset: test
namespaces: {"": urn:a, o: urn:b}
entities:
  row:
    record: /dump/row
    key: {id: {path: "@id", type: integer}}
    columns: {v: v, a: v/@a, other: o:v, b: v/@o:b}
    children: {kid: {rows: ks/k, columns: {t: .}}}
"""
NAMESPACES = {"": "urn:a", "o": "urn:b"}
DATASET = parse_dataset(MAPPING)


def test_paths_without_a_prefix_are_in_the_default_namespace() -> None:
    assert parse_steps("/dump/o:row/row", NAMESPACES, absolute=True) == ("{urn:a}dump", "{urn:b}row", "{urn:a}row")
    path = parse_path("v/@a", NAMESPACES)
    assert (path.steps, path.attribute) == (("{urn:a}v",), "a")
    assert parse_path("@o:a", NAMESPACES).attribute == "{urn:b}a"
    assert parse_path("v", {"o": "urn:b"}).steps == ("v",)


@pytest.mark.parametrize(
    ("prefix", "record"),
    [
        (b'<dump xmlns="urn:a">', b'<row id="1"><v a="x">1</v><ks><k>k</k></ks></row>'),
        (b'<dump xmlns="urn:a" xmlns:p="urn:a">', b'<p:row id="1"><v a="x">1</v><p:ks><k>k</k></p:ks></p:row>'),
        (b'<p:dump xmlns:p="urn:a">', b'<p:row id="1"><p:v a="x">1</p:v><p:ks><p:k>k</p:k></p:ks></p:row>'),
    ],
)
def test_rows_do_not_depend_on_the_prefixes_of_a_file(prefix: bytes, record: bytes) -> None:
    suffix = b"</p:dump>" if prefix.startswith(b"<p:") else b"</dump>"
    found = Engines(DATASET).agreed(batch([record], prefix, suffix)).extracted
    assert [values(DATASET, found, name) for name in ("v", "a", "other", "b")] == [["1"], ["x"], [None], [None]]
    assert [row["t"] for row in rows_of(DATASET, found, "kid")] == ["k"]
    assert found.unmapped == {}


def test_what_is_in_no_namespace_or_another_is_something_else() -> None:
    record = b'<row id="1" xmlns:o="urn:b" xmlns:x="urn:a"><v xmlns="">1</v><o:v>2</o:v><v x:a="3" o:b="4"/></row>'
    found = Engines(DATASET).agreed(batch([record], b'<dump xmlns="urn:a">', b"</dump>")).extracted
    assert [values(DATASET, found, name) for name in ("v", "a", "other", "b")] == [[""], [None], ["2"], ["4"]]
    assert found.unmapped == {"/dump/row/{}v": (1, "1"), "/dump/row/v/@{urn:a}a": (1, "3")}


def test_a_root_of_that_name_in_a_namespace_tells_the_line_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<dump xmlns="urn:a"/>')
    dataset = parse_dataset(MAPPING.replace('"": urn:a, ', ""))
    with pytest.raises(SourceError) as refused:
        entities_of(SourceFile(path, None, "a.xml", 1, "plain"), dataset)
    assert 'the mapping needs: namespaces: {"": "urn:a"}' in refused.value.hint
