"""`loader conflicts` tells which sources share keys, exactly, and what a load would make of it."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.running import load, loader, query

MAPPING = """\
dataset: stock
snapshot: '_(\\d{8})'
entities:
  part:
    record: /stock/part
    key: {id: {path: id, type: integer}}
    columns: {name: name}
  place:
    record: /stock/place
    key: {hall: {path: "@hall"}, shelf: {path: shelf, trim: true}}
    columns: {name: name}
  sale:
    record: /sales/sale
    key: generated
    columns: {name: name}
  delivery:
    record: /deliveries/delivery
    key: {day: {path: "@day", type: date}}
    columns: {name: name}
"""
Key = tuple[str, ...]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "stock.yaml"
    path.write_text(MAPPING)
    return path


def write(folder: Path, name: str, records: Sequence[str], root: str = "stock") -> Path:
    """A dump of some records, packed when its name says so."""
    path = folder / name
    document = f"<{root}>{''.join(records)}</{root}>".encode()
    path.write_bytes(gzip.compress(document) if name.endswith(".gz") else document)
    return path


def part(number: int | str, name: str = "x", before: str = "") -> str:
    return f"<part>{before}<id>{number}</id><name>{name}</name></part>"


def place(hall: str, shelf: object) -> str:
    return f'<place hall="{hall}"><shelf> {shelf} </shelf></place>'


def conflicts(database: str, mapping: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    told = loader("conflicts", mapping, *arguments, "--json", "--limit", 10_000, database=database)
    assert told.code == code, told
    found: dict[str, Any] = told.json
    return found


def shared(found: Mapping[str, Any]) -> dict[tuple[str, str, str], set[str]]:
    """The keys of each pair; the samples must hold as many as were counted."""
    keys = {(item["entity"], item["source"], item["other_source"]): set(item["sample"]) for item in found["overlaps"]}
    assert {place: len(sample) for place, sample in keys.items()} == {
        (item["entity"], item["source"], item["other_source"]): item["keys"] for item in found["overlaps"]
    }
    return keys


def oracle(sources: Mapping[str, Mapping[str, Sequence[Key]]]) -> dict[tuple[str, str, str], set[str]]:
    """The same in plain Python. ``sources``: keys by entity and source, sources in their order."""
    found = {}
    for entity in ("part", "place"):
        for name, keys in sources.items():
            twice = {", ".join(key) for key, count in Counter(keys.get(entity, ())).items() if count > 1}
            found[entity, name, name] = twice
        for one, other in combinations(sources, 2):
            both = set(sources[one].get(entity, ())) & set(sources[other].get(entity, ()))
            found[entity, one, other] = {", ".join(key) for key in both}
    return {place: keys for place, keys in found.items() if keys}


@pytest.mark.parametrize("workers", [1, 3])
def test_finds_exactly_the_keys_that_sources_share(database: str, tmp_path: Path, mapping: Path, workers: int) -> None:
    dice = random.Random(workers)
    deceiving = ("", "", "", "<!-- <id>1</id> -->", "<box><id>2</id></box>", "<x><![CDATA[<id>3</id>]]></x>")
    sources: dict[str, dict[str, list[Key]]] = {}
    paths = []
    for name in ("c_20260101.xml", "a_20260201.xml.gz", "b_20260201.xml"):
        ids = [dice.randint(1, 700) for _ in range(300)]
        places = [(dice.choice("ABÄ"), f"{dice.randint(1, 60)}") for _ in range(100)]
        sources[name] = {"part": [(str(n),) for n in ids], "place": places}
        records = [part(f"{n:05}", before=dice.choice(deceiving))
                   for n in ids] + [place(*key) for key in places]  # fmt: skip
        dice.shuffle(records)
        paths.append(write(tmp_path, name, records))

    found = conflicts(database, mapping, *reversed(paths), "-w", workers)

    assert [item["name"] for item in found["sources"]] == list(sources)
    assert [(item["records"], item["keyless"]) for item in found["sources"]] == [(400, 0)] * 3
    assert shared(found) == oracle(sources)
    assert found["groups"] == [list(sources)]
    assert found["known"] == []


def test_says_who_goes_first_as_a_load_decides_it(database: str, tmp_path: Path, mapping: Path) -> None:
    names = ["b_20260101.xml", "a_20260201.xml", "c_20260201.xml"]
    paths = [write(tmp_path, name, [part(1, name), part(1, f"again {name}")]) for name in names]

    found = conflicts(database, mapping, *paths)["overlaps"]
    load(database, mapping, *paths)

    winners = {(item["source"], item["other_source"]): (item["winner"], item["why"]) for item in found}
    assert winners == {
        (names[0], names[0]): (names[0], "later record"),
        (names[0], names[1]): (names[1], "snapshot"),
        (names[0], names[2]): (names[2], "snapshot"),
        (names[1], names[1]): (names[1], "later record"),
        (names[1], names[2]): (names[2], "source name"),
        (names[2], names[2]): (names[2], "later record"),
    }
    assert query(database, "select name from stock.part") == [(f"again {names[2]}",)]


def test_records_without_a_key_are_counted(database: str, tmp_path: Path, mapping: Path) -> None:
    bad = [part(""), part("2147483648"), part("five"), "<part/>", part("1</id><id>2"), "<part><id>7</name></part>"]
    good = [part("2147483647"), part("+8"), part("&#57;"), place("A", 1)]
    path = write(tmp_path, "a.xml", [*bad, *good, "<place><shelf>1</shelf></place>"])
    other = write(tmp_path, "b.xml", [part("2147483647"), part("8"), part("9"), part("1"), part("2"), part("7")])

    found = conflicts(database, mapping, path, other)

    assert [(item["name"], item["keyless"]) for item in found["sources"]] == [("a.xml", 7), ("b.xml", 0)]
    assert shared(found) == {("part", "a.xml", "b.xml"): {"2147483647", "8", "9"}}
    assert load(database, mapping, path, code=3, LOADER_MAX_REJECTS="100%")["rejected"] == 7


def test_keys_of_other_types_are_equal_as_the_server_says(database: str, tmp_path: Path, mapping: Path) -> None:
    one = write(tmp_path, "a.xml", ['<delivery day="2026-01-31"/>', '<delivery day="2026-02-30"/>'], "deliveries")
    two = write(tmp_path, "b.xml", ['<delivery day=" 2026-01-31 "/>'], "deliveries")

    found = conflicts(database, mapping, one, two)

    assert shared(found) == {("delivery", "a.xml", "b.xml"): {"2026-01-31"}}
    assert [item["keyless"] for item in found["sources"]] == [1, 0]


def test_sources_without_common_keys_stand_apart(database: str, tmp_path: Path, mapping: Path) -> None:
    names = [f"{name}.xml" for name in "abcde"]
    parts = [[1, 2], [3], [2, 4], [5], [4]]
    paths = [write(tmp_path, name, [part(n) for n in ids]) for name, ids in zip(names, parts, strict=True)]
    sales = [write(tmp_path, f"{name}.xml", ["<sale/>", "<sale/>"], "sales") for name in "st"]  # generated keys

    found = conflicts(database, mapping, *paths, *sales)

    assert sorted(found["groups"]) == [["a.xml", "c.xml", "e.xml"], ["b.xml"], ["d.xml"], ["s.xml"], ["t.xml"]]
    told = loader("conflicts", mapping, paths[1], paths[3], *sales, database=database)
    assert told.out.endswith("no two sources share a key\n")


def test_compares_with_the_tables(database: str, tmp_path: Path, mapping: Path) -> None:
    records = [part(n) for n in range(100)] + [place("A", n) for n in range(10)]
    load(database, mapping, write(tmp_path, "a_20260101.xml", records))
    newer = records[20:] + [part(n, "new") for n in range(10)] + [part(n) for n in range(200, 203)]

    found = conflicts(database, mapping, write(tmp_path, "a_20260201.xml.gz", newer))

    known = {item["entity"]: (item["new"], item["same"], item["differing"]) for item in found["known"]}
    assert known == {"part": (3, 80, 10), "place": (0, 10, 0)}


def test_the_keys_stay_for_psql_until_the_next_analysis(database: str, tmp_path: Path, mapping: Path) -> None:
    one, two = (write(tmp_path, f"{name}.xml", [part(n) for n in range(5)]) for name in "ab")
    conflicts(database, mapping, one, two)

    pair = ("part", "a.xml", "b.xml", 5, ["0", "1"], "b.xml", "source name")
    assert query(database, "select * from loader.overlaps('stock', 2)") == [pair]
    assert query(database, "select count(*) from stock_stage.part_key") == [(10,)]

    assert conflicts(database, mapping, one)["overlaps"] == []
    assert query(database, "select * from loader.overlaps('stock')") == []


def test_a_damaged_source_is_told_with_what_it_holds(database: str, tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f"<stock>{part(1)}{part(1)}<part><id>1")

    told = loader("conflicts", mapping, path, database=database)

    assert told.code == 1
    assert "a.xml is damaged at byte" in told.err
    assert "part: 1 more than once in a.xml (1): the later record wins" in told.out


def test_refuses_another_mapping_than_that_of_the_tables(database: str, tmp_path: Path, mapping: Path) -> None:
    path = write(tmp_path, "a.xml", [part(1)])
    load(database, mapping, path)
    before = query(database, "select mapping_hash, rendered_hash from loader.dataset")
    mapping.write_text(MAPPING.replace("columns: {name: name}", "columns: {title: name}", 1))

    told = loader("conflicts", mapping, path, database=database)

    assert (told.code, "has changed since its tables were loaded" in told.err) == (2, True)
    assert query(database, "select mapping_hash, rendered_hash from loader.dataset") == before


def test_one_session_at_a_time(database: str, tmp_path: Path, mapping: Path) -> None:
    path = write(tmp_path, "a.xml", [part(1)])
    conflicts(database, mapping, path)
    with psycopg.connect(database, autocommit=True) as other:
        other.execute("select loader.start_overlaps('stock', '[]')")

        told = loader("conflicts", mapping, path, database=database)

    assert (told.code, "another session is analysing stock" in told.err) == (1, True)
