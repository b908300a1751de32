"""Keys that are read from the bytes of records are those that a parser finds, whatever stands around them."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from loader.analysis.keys import KeyReader
from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset
from loader.source.protocol import Reading, open_source
from tests.support.sources import expand

ELEMENT = "key: {id: {path: id, type: integer}}"
ATTRIBUTE = 'key: {id: {path: "@id", type: integer}}'
BOTH = 'key: {shelf: {path: "@shelf"}, number: {path: number, type: bigint}}'
TEXT = 'key: {code: {path: "code", trim: true, null_if: [none]}}'

# Record, its key as the oracle of these tests sees it (None: it has none), whether the bytes alone prove it.
ELEMENTS = [
    ("<thing><id>5</id></thing>", "5", True),
    ("<thing> <id> 5\n</id ><name>x</name></thing>", "5", True),
    ("<thing><name>x</name><b><c/></b><id>5</id></thing>", "5", True),
    ("<thing><!-- <id>1</id> --><id>5</id></thing>", "5", False),
    ("<thing><name><![CDATA[<id>1</id>]]></name><id>5</id></thing>", "5", False),
    ("<thing><?p <id>1</id>?><id>5</id></thing>", "5", False),
    ("<thing><b><id>1</id></b><id>5</id></thing>", "5", False),
    ("<thing><b><id>1</id></b></thing>", None, False),
    ("<thing><b>/><id>1</id></b></thing>", None, False),
    ("<thing><b>/></b><id>5</id></thing>", "5", False),
    ('<thing><b c="/>"><id>1</id></b></thing>', None, False),
    ("<thing><id>5</id><id>6</id></thing>", None, False),
    ("<thing><id>5</id><b><id>6</id></b></thing>", "5", False),
    ("<thing><id>5<b/>6</id><b><id>7</id></b></thing>", "56", False),
    ("<thing><id/><b><id>7</id></b></thing>", None, False),
    ("<thing><identity>1</identity><id>5</id></thing>", "5", True),
    ('<thing xmlns="urn:other"><id>5</id></thing>', None, True),  # not even a record
    ('<thing xmlns:y="urn:y"><id>5</id></thing>', "5", False),
    ('<thing><id xmlns="urn:other">1</id><id>5</id></thing>', "5", False),
    ("<thing><id>&#53;</id></thing>", "5", False),
    ("<thing><id>+5</id></thing>", "+5", False),
    ("<thing><id>five</id></thing>", "five", False),
    ("<thing/>", None, False),
]
ATTRIBUTES = [
    ('<thing id="5"/>', "5", True),
    ("<thing  id = '5'>x</thing>", "5", True),
    ('<thing a="b" id="5"><b id="6"/></thing>', "5", True),
    ('<thing note=\' id="1"\' id="5"/>', "5", True),
    ('<thing note=" id=\'1\' " id="5"/>', "5", True),
    ("<thing note='x id=\"1\"'/>", None, False),
    ('<thing xml:id="i1" id="5"/>', "5", True),
    ('<thing xml:id="i1"/>', None, False),
    ('<thing><b id="5"/></thing>', None, False),
    ('<thing id="&#53;"/>', "5", False),
    ('<thing id=" 5"/>', "5", False),
    ('<thing id="5&#10;"/>', "5\\n", False),
    ('<thing xmlns:x="urn:x" x:id="1" id="5"/>', "5", True),
]


def _dataset(key: str) -> Dataset:
    text = f"dataset: box\nentities:\n  thing:\n    record: /box/thing\n    {key}\n    columns: {{name: name}}\n"
    return parse_dataset(text, name="box.yaml")


def _read(folder: Path, dataset: Dataset, document: bytes) -> tuple[dict[int, list[str]], int, int]:
    """Keys by record number, how many records have none, how many an engine was asked for."""
    path = folder / "box.xml"
    path.write_bytes(document)
    source = open_source(expand([path])[0], dataset, ["thing"])
    reader, keys_of = source.reader(Reading(engine="lxml")), KeyReader(dataset, hashing=False)
    found: dict[int, list[str]] = {}
    asked = 0

    for piece in source.look():
        records = reader.records(piece)
        asked += len(records) - len(records.proven_keys("thing"))
        read = keys_of.read(records, piece.first_record)
        for line in (line for keys in read.values() for line in (*keys.typed, *keys.text)):
            *key, number, digest = line.decode().removesuffix("\n").split("\t")
            assert digest == "\\N"
            if "\\N" not in key:
                found[int(number)] = [part.strip() for part in key]
    return found, keys_of.keyless, asked


def _boxed(records: Iterator[str] | list[str], start: str = "<box>") -> bytes:
    return f"{start}{''.join(records)}</box>".encode()


@pytest.mark.parametrize(("record", "key", "is_sure"), ELEMENTS)
def test_key_in_an_element(tmp_path: Path, record: str, key: str | None, is_sure: bool) -> None:
    found, _, asked = _read(tmp_path, _dataset(ELEMENT), _boxed([record]))

    assert found == ({1: [key]} if key is not None else {})
    assert asked == (0 if is_sure else 1)


@pytest.mark.parametrize(("record", "key", "is_sure"), ATTRIBUTES)
def test_key_in_an_attribute(tmp_path: Path, record: str, key: str | None, is_sure: bool) -> None:
    found, _, asked = _read(tmp_path, _dataset(ATTRIBUTE), _boxed([record]))

    assert found == ({1: [key]} if key is not None else {})
    assert asked == (0 if is_sure else 1)


def test_broken_records_have_no_key(tmp_path: Path) -> None:
    records = ["<thing><b><id>1</id></thing>", "<thing><id>2</id></thing>", "<thing><id>&none;</id></thing>"]

    found, keyless, _ = _read(tmp_path, _dataset(ELEMENT), _boxed(records))

    assert (found, keyless) == ({2: ["2"]}, 2)


def test_a_default_namespace_around_the_records_is_no_trap(tmp_path: Path) -> None:
    dataset = parse_dataset(
        "dataset: box\nnamespaces: {x: 'urn:x'}\nentities:\n  thing:\n    record: /x:box/x:thing\n"
        "    key: {id: {path: id, type: integer}}\n",
        name="box.yaml",
    )
    records = ["<thing><id>1</id></thing>", '<thing><id xmlns="">2</id></thing>']

    found, _, asked = _read(tmp_path, dataset, _boxed(records, '<box xmlns="urn:x">'))

    assert (found, asked) == ({2: ["2"]}, 2)


def test_key_of_two_columns_and_keys_of_text(tmp_path: Path) -> None:
    records = ['<thing shelf="Ä \\ b"><number>7</number></thing>', '<thing shelf="C"><number>7</number></thing>']
    found, _, asked = _read(tmp_path, _dataset(BOTH), _boxed(records))
    assert (found, asked) == ({1: ["Ä \\\\ b", "7"], 2: ["C", "7"]}, 1)

    texts = ["<thing><code> Ä b </code></thing>", "<thing><code>none</code></thing>", "<thing><code>*</code></thing>"]
    found, _, asked = _read(tmp_path, _dataset(TEXT), _boxed(texts))
    assert (found, asked) == ({1: ["Ä b"], 3: ["*"]}, 1)


def test_text_that_is_not_utf_8_is_left_to_the_engine(tmp_path: Path) -> None:
    document = b"<box><thing><code>\xff</code></thing><thing><code>a</code></thing></box>"

    found, keyless, asked = _read(tmp_path, _dataset(TEXT), document)

    assert (found, keyless, asked) == ({2: ["a"]}, 1, 1)


PIECES = (
    "<id>1</id>", "<id>22</id>", "<id> 3 </id>", "<id/>", "<idx>4</idx>", "<!-- <id>5</id> -->", "<b>", "</b>", "<b/>",
    "<![CDATA[<id>6</id>]]>", "text", "/>", '<b a="/>"/>', "<b id='7'>x</b>", "<?p <id>8</id>?>", "<id>9<b/></id>",
)  # fmt: skip


def test_random_records_have_the_keys_that_a_parser_finds(tmp_path: Path) -> None:
    dice = random.Random(4)
    records = []
    while len(records) < 4000:
        record = f"<thing>{''.join(dice.choices(PIECES, k=dice.randint(1, 5)))}</thing>"
        try:
            etree.fromstring(record)
        except etree.XMLSyntaxError:
            continue  # it would be rejected, whatever its key is
        records.append(record)

    found, _, asked = _read(tmp_path, _dataset(ELEMENT), _boxed(records))

    expected = {n: [key] for n, record in enumerate(records, 1) if (key := _oracle(record))}
    assert found == expected
    assert asked < len(records), "no key was read from the bytes"


def test_records_are_found_across_blocks_of_a_packed_file(tmp_path: Path) -> None:
    records = [f"<thing><id>{n}</id><name>{'x' * (n % 700)}</name></thing>" for n in range(1, 6000)]

    found, _, asked = _read(tmp_path, _dataset(ELEMENT), gzip.compress(_boxed(records)))

    assert (found, asked) == ({n: [str(n)] for n in range(1, 6000)}, 0)


def _oracle(record: str) -> str | None:
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    elements = etree.fromstring(record, parser).findall("id")
    return "".join(elements[0].itertext()).strip() or None if len(elements) == 1 else None
