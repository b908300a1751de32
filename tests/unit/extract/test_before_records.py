"""Values of elements that ended before the records that read them: each record gets its own, in every chunk, in replays
too; what cannot be known before the records is refused.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree

from loader.errors import SourceError
from loader.mapping.dataset import Dataset
from loader.mapping.outside import kept_outside
from loader.mapping.read import parse_dataset
from loader.source.protocol import Want, format_of, open_source
from loader.source.rows import Rows
from tests.support.sources import expand
from tests.unit.extract.test_around_records import hashes, pieces

MAPPING = """\
dataset: d
documents: many
namespaces: {u: urn:u}
entities:
  item:
    record: /r/g/u:item
    key: {id: "@id"}
    columns:
      made: {path: /r/head/made, trim: true}
      unit: {path: /r/head/u:unit/@u:name}
      is_new: {path: /r/head/new, as: exists}
      name: ../name
      langs: {path: ../lang, repeat: array}
      own: {path: ../info/own, as: own_text, repeat: last}
      group: {path: .., as: name}
      kind: {coalesce: ["@kind", ../@kind, ../info/kind], repeat: first}
    children: {item_part: {rows: part, columns: {name: ../../name, text: .}}}
  info:
    record: /r/g/info
    key: generated
    columns: {own: own, kind: kind, name: ../name, id: {path: "@id"}}
"""
U = "{urn:u}"


def make(seed: int) -> bytes:
    """Documents with heads, groups with or without values before their records, and groups within whose ``info``, a
    record itself, values of the items stand.
    """
    chance, number = random.Random(seed), iter(range(10_000))
    prefix = chance.choice(["u", "v"])

    def maybe(text: str) -> str:
        return text if chance.random() < 0.6 else ""

    own_kind = ' kind="k"'

    def group() -> str:
        items = "".join(
            f"<{prefix}:item id='{next(number)}'{maybe(own_kind)}>"
            f"{maybe('<part>p</part>')}<part>q</part></{prefix}:item>{maybe('<!-- <name>no</name> -->')}"
            for _ in range(chance.randrange(4))
        )
        name = maybe(chance.choice(["<name>n &amp; m</name>", "<name/>", f"<name>{next(number)}</name>"]))
        langs = "".join(maybe(f"<lang>{each}</lang>") for each in ("de", "en"))
        inside = maybe("<own>a<i>not</i>b</own>") + maybe("<kind>x</kind><kind>y</kind>")
        info = maybe(f'<info id="{next(number)}">{inside}</info>')
        parts = chance.sample([langs, name], 2)
        kind = maybe(' kind="g"')
        return f"<g{kind}>{''.join(parts)}{info}<other><name>x</name></other>{items}</g>\n"

    def document() -> str:
        unit = maybe(f'<{prefix}:unit {prefix}:name="m"/>')
        head = maybe(f"<head><made> {next(number)} </made>{maybe('<new/>')}{unit}</head>")
        return f'<r xmlns:{prefix}="urn:u">{head}{"".join(group() for _ in range(8))}</r>'

    return "".join(document() for _ in range(3)).encode()


def predicted(data: bytes) -> dict[str, list[list[str]]]:
    """The rows of each table, key first, as XPath finds them."""
    rows: dict[str, list[list[str]]] = {"item": [], "item_part": [], "info": []}

    def text(found: Sequence[object], place: int = 0) -> str:
        return "\\N" if not found else str(found[place])

    for root in etree.fromstring(b"<all>" + data + b"</all>").iterfind("r"):
        made = [(each.text or "").strip() for each in root.iterfind("head/made")]
        unit = root.xpath("head/u:unit/@u:name", namespaces={"u": "urn:u"})
        for group in root.iterfind("g"):
            name = text([each.text or "" for each in group.iterfind("name")])
            own = ["".join(each.xpath("text()")) for each in group.iterfind("info/own")]
            langs = ",".join(f'"{each.text}"' for each in group.iterfind("lang"))
            for info in group.iterfind("info"):
                inner = ["".join(each.itertext()) for each in info.iterfind("own")]
                rows["info"].append([text(inner), name, text([info.get("id")])])
            for item in group.iterfind(f"{U}item"):
                kind = item.get("kind") or group.get("kind") or text(group.xpath("info/kind/text()"))
                is_new = "true" if root.find("head/new") is not None else "false"
                rows["item"].append([
                    item.get("id", ""), text(made), text(unit), is_new, name,
                    f"{{{langs}}}" if langs else "\\N", text(own, -1), "g", kind,
                ])  # fmt: skip
                for place, part in enumerate(item, start=1):
                    rows["item_part"].append([item.get("id", ""), str(place), name, part.text or ""])
    return rows


def lines(dataset: Dataset, rows: Rows, table: str) -> list[list[str]]:
    columns = dataset.table(table).row_columns
    text = b"".join((*rows.blocks.get(table, ()), *rows.doubts.get(table, ()))).decode()
    return [line.split("\t")[: len(columns)] for line in text.splitlines()]


@pytest.mark.parametrize("weight", [64, 300, 16 << 20])
@pytest.mark.parametrize("keeping", [True, False])
def test_each_record_has_the_values_before_it(tmp_path: Path, weight: int, keeping: bool) -> None:
    dataset = parse_dataset(MAPPING.replace(", kind: kind", ""))
    for seed in range(3):
        data, found = make(seed), dict[str, list[list[str]]](item=[], item_part=[], info=[])
        for records in pieces(tmp_path / "d.xml", data, weight, dataset, keeping=keeping):
            rows = records.extract(set(), lambda: None)
            assert rows.rejects == []
            for table in found:
                some = lines(dataset, rows, table)
                found[table] += [line[1:] for line in some] if table == "info" else some
        assert found == predicted(data), f"seed {seed}"


def test_hashes_do_not_depend_on_chunks(tmp_path: Path) -> None:
    dataset, data = parse_dataset(MAPPING), make(1)
    one, two, three = (
        [digest for records in pieces(tmp_path / "d.xml", data, weight, dataset) for digest in records.hashes]
        for weight in (64, 300, 16 << 20)
    )
    assert one == two == three


DOCUMENT = (
    '<r xmlns:u="urn:u"><head><made>1</made><x>1</x></head><g kind="k"><name a="1">n</name><u:item id="1"/></g>'
    "<g><name>m</name><info id='1'><own>o</own></info></g></r>"
)


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("<x>1</x>", "<x>2</x>", ""),
        ('<name a="1">', "<name >", ""),
        ("<made>1</made>", "<made><!-- one -->1</made >", ""),
        ("<made>1</made>", "<made>2</made>", "item"),
        ("<made>1</made>", "", "item"),
        ("<name>m</name>", "<name>w</name>", "info"),
        ('kind="k"', "", "item"),
        ("<head>", "<head><new/>", "item"),
    ],
)
def test_only_the_values_that_are_read_count_in_the_hash(tmp_path: Path, old: str, new: str, differ: str) -> None:
    assert old in DOCUMENT
    was, now = (hashes(tmp_path, MAPPING, data) for data in (DOCUMENT, DOCUMENT.replace(old, new)))
    assert {name for name in was if was[name] != now[name]} == set(differ.split())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("<g><name>a</name><name>b</name>", "/r/g/name occurs once more at byte 36"),
        ("<g><info><own>a</own></info><name>" + "x" * 70_000 + "</name>", "has more than 64 KB"),
        ("<g>" + "<lang>" + "x" * 60_000 + "</lang><lang>" + "x" * 60_000 + "</lang>", "has more than 64 KB"),
    ],
)
def test_a_value_that_no_record_is_to_blame_for_refuses_the_source(tmp_path: Path, data: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        list(
            pieces(
                tmp_path / "d.xml",
                f'<r xmlns:u="urn:u">{data}<u:item id="1"/></g></r>'.encode(),
                99,
                parse_dataset(MAPPING),
            )
        )


@pytest.mark.parametrize(
    ("data", "offset", "records"),
    [
        ("<g><u:item id='1'/><name>late</name><u:item id='2'/></g>", 38, 1),
        ("<g><name>a</name><u:item id='1'/><u:item id='2'/><name>a</name></g>", 68, 2),
        ("<g><u:item id='1'/><info><own>late</own></info></g>", 38, 1),
        ("<g><u:item id='1'/></g><head><new/></head>", 48, 1),
        ("<g><info><own></info><u:item id='1'/></g>", 22, 0),
        ("<g><?dumploader-values {?><u:item id='1'/></g>", 22, 0),
        ("<g><?dumploader-values [1]?><u:item id='1'/></g>", 22, 0),
    ],
)
def test_a_value_behind_its_reader_is_damage(tmp_path: Path, data: str, offset: int, records: int) -> None:
    """Never a late change: the records before have been read without it."""
    path, dataset = tmp_path / "d.xml", parse_dataset(MAPPING)
    path.write_text(f'<r xmlns:u="urn:u">{data}</r>')
    (file,) = expand([path])
    scan = open_source(file, dataset, ["item", "info"]).scan(Want(64))
    assert sum(piece.records for piece in scan) == records
    assert scan.summary.damage is not None
    assert scan.summary.damage.offset == offset


def test_a_composed_dump_gives_the_same_rows(tmp_path: Path) -> None:
    """Whatever its elements are: the values are those of the records' own places."""
    dataset, data = parse_dataset(MAPPING), make(3)
    path = tmp_path / "d.xml"
    path.write_bytes(data)
    (file,) = expand([path])
    source = open_source(file, dataset, ["item", "info"])
    kept = [(piece.context, records.raw(index)) for piece, records in zip(
        source.scan(Want(300)), pieces(tmp_path / "e.xml", data, 300, dataset), strict=True
    ) for index in range(len(records))]  # fmt: skip
    random.Random(0).shuffle(kept)
    text, starts = format_of(dataset, ["item"]).compose(kept, dataset, ["item", "info"])
    assert [text[start : start + 5] for start in starts] == [record[:5] for _, record in kept]
    found: list[list[str]] = []
    for records in pieces(tmp_path / "composed.xml", text, 100, dataset):
        found += lines(dataset, records.extract(set(), lambda: None), "item")
    assert sorted(found) == sorted(predicted(data)["item"])


def test_a_kept_mapping_says_what_it_reads() -> None:
    dataset = parse_dataset(MAPPING)
    for entity in ("item", "info"):
        assert {each.key for each in kept_outside(dataset.canonical(), entity)} == {
            each.key for each in dataset.outside(entity)
        }
