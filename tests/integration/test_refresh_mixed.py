"""Refreshes of dumps that hold several entities, records without keys, filtered and rejected records."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.running import checksum, counted, ended, execute, load, query, running, wait_until
from tests.support.server import fresh_database

MAPPING = """\
dataset: port
snapshot: '_(\\d{{8}})'
deletes: delete
max_delete_pct: 100
max_rejects: 90%
visibility: {visibility}
entities:
  ship:
    record: /dump/ship
    key: {{id: {{path: "@id", type: integer}}}}
    columns: {{name: {{path: name, required: true}}, built: {{path: built, type: date}}}}
    where: "name is distinct from 'hidden'"
    children:
      ship_mate: {{rows: mate, columns: {{name: "."}}}}
  visit:
    record: /dump/visit
    key: generated
    columns: {{ship_id: {{path: "@ship", type: integer}}}}
    children:
      visit_day: {{rows: day, columns: {{day: {{path: ".", type: date}}}}}}
"""
FIRST = [
    "<ship id='1'><name>one</name><mate>a</mate><mate>b</mate></ship>",
    "<visit ship='1'><day>2026-01-01</day></visit>",
    "<ship id='2'><name>two</name><built>1999-12-31</built></ship>",
    "<ship id='3'><name>three</name><mate>c</mate></ship>",
    "<ship id='4'><name>four</name></ship>",
    "<visit ship='2'><day>2026-01-02</day><day>2026-01-03</day></visit>",
    "<ship id='5'><name>five</name><mate>e</mate></ship>",
    "<ship id='6'><name>six</name></ship>",
]
# 1 and 5 stay as they are, 2 is hidden, 3 and 4 cannot be read, so that their rows stay, 6 is gone, 7 is new, and 8
# comes twice.
SECOND = [
    "<ship id='5'><name>five</name><mate>e</mate></ship>",
    "<ship id='2'><name>hidden</name><built>1999-12-31</built></ship>",
    "<visit ship='1'><day>2026-01-01</day></visit>",
    "<ship id='3'><mate>c</mate></ship>",
    "<ship id='4'><name>four</name><built>yesterday</built></ship>",
    "<ship id='1'><name>one</name><mate>a</mate><mate>b</mate></ship>",
    "<ship id='8'><name>eight</name></ship>",
    "<ship id='7'><name>seven</name><mate>g</mate></ship>",
    "<visit ship='7'><day>2026-02-01</day></visit>",
    "<ship id='8'><name>EIGHT</name></ship>",
]


def dump(folder: Path, day: str, records: list[str]) -> Path:
    """A file of that day."""
    path = folder / f"port_{day}.xml"
    path.write_text("<dump>\n" + "\n".join(records) + "\n</dump>\n")
    return path


@pytest.mark.parametrize("size", ["100", "1MB"], ids=["many chunks", "one chunk"])
@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_the_tables_are_those_of_the_second_dump_and_what_it_could_not_read(
    tmp_path: Path, server: str, database: str, visibility: str, size: str
) -> None:
    mapping = tmp_path / "port.yaml"
    mapping.write_text(MAPPING.format(visibility=visibility))
    load(database, mapping, dump(tmp_path, "20260101", FIRST), "--chunk-bytes", size)
    second = dump(tmp_path, "20260201", SECOND)

    summary = load(database, mapping, second, "--chunk-bytes", size, code=3)

    assert counted(summary) == {
        "read": 9, "inserted": 4, "updated": 0, "unchanged": 2, "duplicate": 1, "rejected": 2,
    }  # fmt: skip
    assert query(database, "select deleted::int, filtered::int from loader.load where load_id = 2") == [(4, 1)]
    assert query(database, "select id, name from port.ship order by id") == [
        (1, "one"), (3, "three"), (4, "four"), (5, "five"), (7, "seven"), (8, "EIGHT"),
    ]  # fmt: skip
    assert query(database, "select name from port.ship_mate where ship_id in (3, 4)") == [("c",)]
    execute(database, "delete from port.ship where id in (3, 4); delete from port.ship_mate where ship_id in (3, 4)")
    with fresh_database(server) as alone:
        load(alone, mapping, second, "--chunk-bytes", size, code=3)
        keyless = (
            "select ship_id, day::text from port.visit join port.visit_day on visit_record_id = record_id order by 1, 2"
        )
        assert query(database, keyless) == query(alone, keyless)
        expected = checksum(alone, mapping)
        found = checksum(database, mapping)
        assert {name: found[name] for name in ("ship", "ship_mate")} == {
            name: expected[name] for name in ("ship", "ship_mate")
        }


def test_another_process_takes_part_in_a_refresh(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "port.yaml"
    mapping.write_text(MAPPING.format(visibility="load"))
    records = [f"<ship id='{n}'><name>n{n}</name><mate>m</mate></ship>" for n in range(400)]
    load(database, mapping, dump(tmp_path, "20260101", records[50:]))
    changed = [record.replace("n1", "N1") for record in records[:-50]]
    arguments = ("load", mapping, dump(tmp_path, "20260201", changed), "--merge", "-w", 2, "--chunk-bytes", 500)
    with running(*arguments, "--no-space-check", database=database) as process:
        wait_until(lambda: query(database, "select to_regclass('port_build.ship')") != [(None,)], "there was a build")
        with running("work", mapping, "-w", 2, database=database) as other:
            with psycopg.connect(database) as connection:
                connection.execute("lock table port_build.ship in share mode")
                leased = "select count(distinct worker)::int from loader.chunk where state = 'leased'"
                wait_until(lambda: query(database, leased)[0][0] > 2, "both commands had chunks")
            assert (ended(other).code, ended(process).code) == (0, 0)

    assert query(database, "select count(*)::int, count(*) filter (where name like 'N1%%')::int from port.ship") == [
        (350, 111)
    ]
    counts = "select inserted::int, updated::int, deleted::int from loader.load where load_id = 2"
    assert query(database, counts) == [(50, 100, 50)]
