"""Values of the elements around records: each record gets its own, in every chunk, and they alone count in its hash."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset
from loader.source.protocol import Reading, RecordSet, Want, open_source
from tests.support.sources import expand

MAPPING = """\
dataset: d
documents: many
namespaces: {u: urn:u}
entities:
  item:
    record: /r/g/u:item
    key: {id: "@id"}
    columns: {of_root: /r/@a, of_group: /r/g/@b, marked: /r/g/@u:b}
    children: {item_part: {rows: part, columns: {of_group: /r/g/@b, text: .}}}
  other:
    record: /r/g/other
    key: {id: "@id"}
    columns: {of_root: /r/@a}
"""
NS = {"u": "urn:u"}
PIECES = 20  # groups of a document


def make(seed: int) -> bytes:
    """Documents whose groups differ in attributes that are read, in others, in how they are written, or in nothing."""
    chance, number = random.Random(seed), iter(range(10_000))

    def group() -> str:
        prefix = chance.choice(["u", "v"])
        b = chance.choice(["", ' b="1"', " b='1'", ' b = "&#49;"', ' b="2 &amp; &lt;"', f' b="{next(number)}"'])
        unread = chance.choice(["", ' x="1"', f' x="{next(number)}"'])
        marked = chance.choice(["", f' {prefix}:b="m"'])
        records = "".join(
            chance.choice(
                [
                    f'<{prefix}:item id="{next(number)}"><part>p</part><part>q</part></{prefix}:item>',
                    f'<other id="{next(number)}"/>\n',
                    "<!-- nothing -->",
                    f'<unmapped b="{next(number)}"><other id="none"/></unmapped>',
                ]
            )
            for _ in range(chance.randrange(5))
        )
        return f'<g{unread}{b} xmlns:{prefix}="urn:u"{marked}>{records}</g>{chance.choice(["", chr(10)])}'

    roots = ("<r>", '<r a="x">', f'<r a="{next(number)}" z="1">')
    return "".join(f"{chance.choice(roots)}{''.join(group() for _ in range(PIECES))}</r>" for _ in range(3)).encode()


def predicted(data: bytes) -> dict[str, list[list[str]]]:
    """The rows of each table, key first, as lxml reads them."""
    rows: dict[str, list[list[str]]] = {"item": [], "item_part": [], "other": []}
    for root in etree.fromstring(b"<all>" + data + b"</all>").iterfind("r"):
        for group in root.iterfind("g"):
            of_root, of_group = (element.get(name, "\\N") for element, name in ((root, "a"), (group, "b")))
            for item in group.iterfind("u:item", NS):
                rows["item"].append([item.get("id", ""), of_root, of_group, group.get("{urn:u}b", "\\N")])
                for place, part in enumerate(item, start=1):
                    rows["item_part"].append([item.get("id", ""), str(place), of_group, part.text or ""])
            rows["other"] += [[other.get("id", ""), of_root] for other in group.iterfind("other")]
    return rows


def pieces(path: Path, data: bytes, weight: int, dataset: Dataset, *, keeping: bool = True) -> Iterator[RecordSet]:
    """The records of a file, piece by piece."""
    path.write_bytes(data)
    (file,) = expand([path])
    source = open_source(file, dataset, [entity.name for entity in dataset.entities])
    found = list(source.scan(Want(weight, keeping=keeping)))
    with closing(source.reader(Reading())) as reader:
        for piece in found:
            yield reader.records(piece)


@pytest.mark.parametrize("weight", [64, 300, 2_000, 16 << 20])
@pytest.mark.parametrize("keeping", [True, False])
def test_each_record_has_the_values_around_it(tmp_path: Path, weight: int, keeping: bool) -> None:
    dataset = parse_dataset(MAPPING)
    for seed in range(5):
        data, found = make(seed), dict[str, list[list[str]]]()
        for records in pieces(tmp_path / "d.xml", data, weight, dataset, keeping=keeping):
            rows = records.extract(set(), lambda: None)
            assert rows.rejects == []
            for table in dataset.tables:
                lines = b"".join(rows.blocks.get(table.name, ())).decode().splitlines()
                length = len(table.row_columns)
                found.setdefault(table.name, []).extend(line.split("\t")[:length] for line in lines)
        assert found == predicted(data), f"seed {seed}"


def test_hashes_do_not_depend_on_chunks(tmp_path: Path) -> None:
    """Nor on how many groups share one: those that differ only in what nobody reads do."""
    dataset, data = parse_dataset(MAPPING), make(1)
    by_weight = [[*pieces(tmp_path / "d.xml", data, weight, dataset)] for weight in (64, 300, 16 << 20)]
    one, two, three = [[digest for records in found for digest in records.hashes] for found in by_weight]
    assert one == two == three
    assert len(by_weight[0]) > len(by_weight[1]) > len(by_weight[2])


def hashes(folder: Path, mapping: str, data: str) -> dict[str, str]:
    """The hash of the only record of each entity."""
    dataset, found = parse_dataset(mapping), dict[str, str]()
    for records in pieces(folder / "d.xml", data.encode(), 1 << 20, dataset):
        for entity in records.entities:
            found.update((entity, records.hashes[index].hex()) for index in records.indexes(entity))
    return found


DOCUMENT = (
    '<r a="1" x="1"><g b="1" y="1" xmlns:u="urn:u"><u:item id="1"/></g>'
    '<g b="1" y="1" xmlns:u="urn:u"><other id="1"/></g></r>'
)


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ('x="1"', 'x="2"', ""),
        ('y="1"', 'y="2"', ""),
        ('b="1" y="1" xmlns:u="urn:u"', "xmlns:u='urn:u' z='3'  b = '1'", ""),
        ('<r a="1"', '<r  a="&#49;"', ""),
        ('<r a="1"', '<r a="2"', "item other"),
        ('<r a="1"', "<r", "item other"),
        ('b="1"', 'b="2"', "item"),
        ('b="1"', 'u:b="1"', "item"),
        ('xmlns:u="urn:u"', 'xmlns:u="urn:u" xmlns:w="urn:w"', "item other"),
        ("<r a", '<!DOCTYPE r [<!ENTITY e "1">]><r a', "item other"),
    ],
)
def test_only_what_is_read_around_records_counts_in_their_hash(tmp_path: Path, old: str, new: str, differ: str) -> None:
    mapping = MAPPING + "internal_subset: allow\n"
    assert old in DOCUMENT
    was, now = (hashes(tmp_path, mapping, data) for data in (DOCUMENT, DOCUMENT.replace(old, new)))
    assert {name for name in was if was[name] != now[name]} == set(differ.split())


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("    columns: {of_root: /r/@a}\n", "    columns: {of_top: /r/@a}\n", "other"),
        ("of_group: /r/g/@b, text", "text", "item"),
        ("dataset: d", "dataset: e", ""),
        ("namespaces: {u: urn:u}", "namespaces: {u: urn:u, w: urn:w}", ""),
        ("record: /r/g/other", "record: /r/g/other\n    policy: first", "other"),
        ("documents: many", "documents: many\ndeletes: delete", ""),
        ("record: /r/g/other", "record: /r/g/other\n    comment: said", ""),
    ],
)
def test_a_hash_depends_on_what_the_mapping_says_of_the_entity(tmp_path: Path, old: str, new: str, differ: str) -> None:
    assert old in MAPPING
    was, now = (hashes(tmp_path, mapping, DOCUMENT) for mapping in (MAPPING, MAPPING.replace(old, new)))
    assert {name for name in was if was[name] != now[name]} == set(differ.split())
