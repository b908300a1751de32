"""Rows that are proven and copied, less those that break rules, are what text staging makes of the same records."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.border_values import TYPES, border_values
from tests.support.running import query
from tests.support.working import load_here
from tests.unit.extract.differential import small_blocks

MAPPING = """\
dataset: NAME
snapshot: '_(\\d{8})'
max_rejects: 100%
visibility: VISIBILITY
entities:
  NAME_item:
    record: /dump/item
    where: (state <> 'left' or level = 4) and (kind is null or length(kind) > 0)
    check: level is null or level <> TWELVE and 100 / coalesce(c1, 5) is not null
    key: {id: {path: '@id', type: integer}, part: {path: '@part', type: numeric, default: '0'}}
    columns:
TYPES
      code: {path: code, pattern: '[A-Z]{2}[0-9]+|x\\d?', required: true}
      word: {path: word, pattern: '(?=.*a)[a-z]+'}
      state: {path: '@state', enum: [open, shut, left], default: open}
      level: {path: level, type: integer, minimum: -5, maximum: 12}
      price: {path: price, type: numeric, minimum: '0.10', on_error: 'null'}
      day: {path: day, type: date, minimum: 2000-02-29, maximum: 2024-12-31}
      since: {path: since, type: timestamptz, minimum: '1999-12-31T23:00:00Z'}
      flag: {path: flag, type: boolean, map: {'true': false, AB1: true, '1': null, ' 7 ': true}, trim: true}
      rank: {path: rank, type: integer, map: {x: 1, '': 0, AB1: null}, unmatched: keep, on_error: 'null', maximum: 99}
      kind: {path: kind, map: {x: ex, AB: left, '': none, AB1: null}, pattern: '[a-z]+'}
      mood: {path: mood, map: {x: ex, '1': one}, repeat: REPEAT, on_error: 'null', default: DEFAULT}
      paid: {path: paid, type: numeric, decimal: ',', thousands: '.', minimum: '0.5', default: '0,5'}
      seats: {path: seats, type: smallint, decimal: ',', round: true, on_error: 'null'}
      sent: {path: sent, type: timestamptz, format: xsd, round: true, maximum: '2024-12-31T23:00:00Z'}
      made: {path: made, type: date, format: YYYYMMDD}
      left: {path: left, type: date, format: xsd, on_error: 'null'}
      tags: {path: tag, type: integer, repeat: REPEAT, minimum: 1}
    children:
      NAME_line:
        rows: line
        columns: {size: {path: '@size', type: integer, minimum: 1}, name: {path: '@name', required: true}}
        check: size <> 3
"""
GOOD = {"code": "AB1"}


def records(chance: random.Random) -> Iterator[str]:
    """Records with one of the values each, and some with none."""
    columns = [f"c{number}" for number in range(len(TYPES))]
    columns += [
        "code",
        "word",
        "state",
        "level",
        "price",
        "day",
        "since",
        "tag",
        "flag",
        "rank",
        "kind",
        "mood",
        "paid",
        "seats",
        "sent",
        "made",
        "left",
    ]
    number = itertools.count(1)
    for text in border_values(chance):
        for column in chance.sample(columns, 7):
            fields = {**GOOD, column: text}
            state = f' state="{fields.pop("state").strip()}"' if "state" in fields else ""
            inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
            yield f'<item id="{next(number)}"{state}>{inner}<line size="1" name="n"/></item>'
    for inner in ("", "<code/>", "<code>AB1</code><tag>1</tag><tag>0</tag>", "<code>AB1</code><line size='1'/>"):
        yield f'<item id="{next(number)}">{inner}</item>'
    yield '<item><code>AB1</code></item><item id=""><code>AB1</code></item>'
    for part in ("1", "1.5", "1.50", "1.0", "100", "x", "", "-0", ".5", "5."):
        yield f'<item id="{next(number)}" part="{part}"><code>AB1</code><line size="0" name="n"/></item>'
    for place in range(600):  # some chunks in which a child breaks a rule, some in which a rule cannot be evaluated
        state = chance.choice(("open", "left"))
        parts = [f"<level>{chance.choice((4, 5, 12))}</level>" * chance.randrange(2)]
        parts += [f'<line size="{chance.choice((1, 2, 2, 3 if place < 400 else 1))}" name="a\tb"/>'] * 2
        parts.append("<c1>0</c1>" if place == 500 else "")
        yield f'<item id="{next(number)}" state="{state}"><code>AB1</code>{"".join(parts)}</item>'


@pytest.mark.parametrize(("visibility", "arrays"), [("load", False), ("chunk", True)])  # the columnar engine, and lxml
def test_proven_records_are_those_that_text_staging_accepts(
    visibility: str, arrays: bool, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = "\n".join(f"      c{number}: {{path: c{number}, type: {kind}}}" for number, kind in enumerate(TYPES))
    dump = tmp_path / "dump_20260101.xml"
    dump.write_text("<dump>\n" + "\n".join(records(random.Random(7))) + "\n</dump>\n")
    outcomes = []
    for name in ("proven", "staged"):
        monkeypatch.setenv("LOADER_STAGE_ALL", str(int(name == "staged")))
        mapping = tmp_path / f"{name}.yaml"
        text = MAPPING.replace("TYPES", types).replace("VISIBILITY", visibility).replace("NAME", name)
        text = text.replace("TWELVE", "(select 12)" if arrays else "12")  # COPY takes no subquery
        text = text.replace("DEFAULT", "'{one}'" if arrays else "one")
        mapping.write_text(text.replace("REPEAT", "array" if arrays else "last"))
        with small_blocks():
            outcomes.append(outcome(database, name, load_here(database, mapping, [dump], chunk_bytes=20_000)))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["rejects"]
    (copied,) = query(database, "select count(*) from proven.proven_item")
    assert copied[0] > 300


def outcome(database: str, name: str, load: int) -> dict[str, Any]:
    """All that a load has left, with names that are alike."""
    counts = "read, inserted, updated, unchanged, duplicate, rejected, filtered"
    lines = "record, reason, replace(table_name, %s, ''), column_name, value, message, key::text, raw"
    return {
        "items": query(database, f"select to_jsonb(t) - '_hash' - '_source' from {name}.{name}_item as t order by id"),
        "lines": query(database, f"select row(t.*)::text from {name}.{name}_line as t order by 1"),
        "rejects": query(
            database, f"select {lines} from loader.reject where load_id = %s order by 1, 2, 3, 4", name, load
        ),
        "counts": query(database, f"select {counts} from loader.load where load_id = %s", load),
        "chunks": query(
            database,
            "select number, records, read, rejected, replace(rows::text, %s, ''), replace(nulled::text, %s, '') "
            "from loader.chunk where load_id = %s order by number",
            name, name, load,
        ),
    }  # fmt: skip
