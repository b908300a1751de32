"""A record that `where` leaves out breaks no rule: it is counted as filtered, whatever its values and children are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import query
from tests.support.working import load_here

MAPPING = """\
dataset: port
snapshot: '_(\\d{8})'
max_rejects: 100
SETTINGS
entities:
  ship:
    record: /dump/ship
    key: {id: {path: "@id", type: integer, minimum: 1}}
    columns:
      name: {path: name, required: true, pattern: "[A-Z].*"}
      kind: {path: kind, enum: [cargo, ferry]}
      crew: {path: crew, type: integer, maximum: 99}
      flag: {path: flag, pattern: "[A-Z]{2}", on_error: "null"}
      code: code
      state: state
    where: state = 'afloat' and flag is distinct from 'nil' and 12 / coalesce(crew, 1) >= 0
    check: crew is null or crew <> 13
    indexes: [code]
    children:
      ship_deck:
        rows: deck
        columns: {size: {path: "@size", type: integer, minimum: 1}, use: {path: "@use", required: true}}
        check: size <> 13
"""
BROKEN = {
    "required": ("", ""),
    "pattern": ("<name>ann</name>", ""),
    "enum": ("<name>Ann</name>", "<kind>canoe</kind>"),
    "range": ("<name>Ann</name>", "<crew>100</crew>"),
    "check": ("<name>Ann</name>", "<crew>13</crew>"),
    "limit": ("<name>Ann</name>", f"<code>{'x' * 2401}</code>"),
    "range in a child": ("<name>Ann</name>", "<deck size='0' use='cars'/>"),
    "required in a child": ("<name>Ann</name>", "<deck size='1'/>"),
    "check in a child": ("<name>Ann</name>", "<deck size='13' use='cars'/>"),
}
SETTINGS = {"replace": "visibility: load", "merge": "visibility: load", "chunk": "visibility: chunk"}


def ship(number: int, state: str, words: tuple[str, str]) -> str:
    """A record."""
    return f"<ship id='{number}'>{words[0]}<state>{state}</state>{words[1]}</ship>\n"


@pytest.mark.parametrize("way", SETTINGS)
def test_a_record_that_is_left_out_breaks_no_rule(way: str, tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "port.yaml"
    mapping.write_text(MAPPING.replace("SETTINGS", SETTINGS[way]))
    if way != "replace":
        load_here(database, mapping, [dump(tmp_path, "20260101", [ship(1, "afloat", ("<name>Old</name>", ""))])])
    # The condition sees what on_error made of a value: NULL, and not nil.
    good = ship(1, "afloat", ("<name>Ann</name>", "<flag>nil</flag><deck size='2' use='cars'/>"))
    sunk = [ship(10 + place, "sunk", words) for place, words in enumerate(BROKEN.values())]
    afloat = [ship(30 + place, "afloat", words) for place, words in enumerate(BROKEN.values())]
    no_number = ship(50, "sunk", ("<name>Ann</name>", "<crew>many</crew>"))
    no_answer = ship(51, "afloat", ("<name>Ann</name>", "<crew>0</crew>"))
    no_key = ship(0, "sunk", ("<name>Ann</name>", ""))
    load_here(database, mapping, [dump(tmp_path, "20260201", [good, *sunk, *afloat, no_number, no_answer, no_key])])
    assert query(database, "select id, name, flag from port.ship") == [(1, "Ann", None)]
    assert query(database, "select count(*) from port.ship_deck") == [(1,)]
    ((filtered, rejected),) = query(
        database, "select filtered, rejected from loader.load order by load_id desc limit 1"
    )
    assert filtered == len(BROKEN) + 1  # and the record whose key is too small
    reasons = query(database, "select reason from loader.reject where record > %s order by record", 1 + len(sunk))
    assert [reason for (reason,) in reasons] == [*(name.split()[0] for name in BROKEN), "type", "check"]
    assert rejected == len(reasons)


def dump(folder: Path, day: str, records: list[str]) -> Path:
    """A dump of a day."""
    path = folder / f"port_{day}.xml"
    path.write_text(f"<dump>\n{''.join(records)}</dump>")
    return path
