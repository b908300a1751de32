"""Types have one form, in Python and in SQL, which every server takes; their values are those that were written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.mapping.lexical_forms import fits
from loader.mapping.tables import Column
from loader.mapping.values.conversion import UNFIT, converter
from tests.support.border_values import border_values
from tests.support.running import execute, loader, query
from tests.support.server import fresh_database
from tests.support.working import load_here
from tests.unit.extract.differential import small_blocks

KINDS = (
    "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "date", "timestamp",
    "timestamptz", "uuid",
)  # fmt: skip

KEPT = """\
create function loader_test_json(p_text text) returns boolean language plpgsql as $$
begin
    return replace((p_text::jsonb)::text, ' ', '') = replace(p_text, ' ', '');
exception when others then
    return false;
end $$;
"""


@pytest.fixture(scope="module")
def migrated(any_server: str) -> Iterator[str]:
    """A database with the control schema, on servers of all versions."""
    with fresh_database(any_server) as url:
        with connect(url) as connection:
            migrate(connection)
            connection.execute(KEPT)
        yield url


TEXTS = [text.replace("&lt;", "<") for text in border_values(random.Random(3)) if "&#" not in text]


@pytest.mark.parametrize("kind", KINDS)
def test_python_and_sql_take_the_same_texts_and_the_server_casts_them(kind: str, migrated: str) -> None:
    texts = [text for text in TEXTS if text.strip()]
    form = f"loader.is_{kind.split(maxsplit=1)[0]}"
    judged = query(migrated, f"select v, {form}(v) from unnest(%s::text[]) as v", texts)
    assert [pair for pair in judged if pair[1] != fits(kind, pair[0])] == []
    good = [text for text, fine in judged if fine]
    assert len(good) > 2
    cast = query(migrated, f"select v, (btrim(v, E' \\t\\n\\r')::{kind})::text from unnest(%s::text[]) as v", good)
    if kind in {"real", "double precision"}:
        assert [pair for pair in cast if not is_rounded(kind, *pair)] == []
    elif kind == "numeric":
        assert [pair for pair in cast if Decimal(pair[0]) != Decimal(pair[1])] == []


def is_rounded(kind: str, text: str, stored: str) -> bool:
    """Whether the server has stored the number of the type that is nearest to a decimal."""
    found = np.float32(stored) if kind == "real" else np.float64(stored)
    if not np.isfinite(found):
        return Decimal(text) == Decimal(stored) or {text.strip(), stored} == {"NaN"}
    with np.errstate(over="ignore"):
        near = [np.nextafter(found, type(found)(end)) for end in ("-inf", "inf")]
    distance = [abs(Fraction(text.strip()) - Fraction(float(one))) for one in (found, *near) if np.isfinite(one)]
    return distance[0] == min(distance)


@pytest.mark.parametrize(("kind", "form"), [("jsonb", None), ("bytea", "hex"), ("bytea", "base64")])
def test_what_is_rewritten_can_be_cast(kind: str, form: str | None, migrated: str) -> None:
    convert = converter(Column("v", kind, format=form))
    made = [(text, value) for text in TEXTS if text.strip() and (value := convert(text)) is not None]
    good = [(text, value) for text, value in made if UNFIT not in value]
    assert len(good) > 2
    cast = query(migrated, f"select v::{kind}::text from unnest(%s::text[]) as v", [value for _, value in good])
    if kind == "bytea":
        assert [stored for (stored,) in cast] == [value for _, value in good]
    if kind == "jsonb":
        # The server refuses the others, too, or would lose something of them: one of two values of a name, digits.
        left = [text for text, value in made if UNFIT in value and len(text) < 500]
        tried = query(migrated, "select v, loader_test_json(v) from unnest(%s::text[]) as v", left)
        assert [pair for pair in tried if pair[1]] == []


MAPPING = """\
dataset: lab
snapshot: '_(\\d{8})'
history: "on"
max_rejects: 100%
entities:
  probe:
    record: /dump/probe
    POLICY
    key: {id: {path: "@id", type: uuid}, digest: {path: "@digest", type: bytea, format: hex}}
    columns:
      level: {path: level, type: smallint}
      value: {path: value, type: double, minimum: -1}
      share: {path: share, type: real, SHARES}
      body: {path: body, type: jsonb, default: "{}"}
      image: {path: image, type: bytea, format: base64, on_error: "null"}
    indexes: [level, {columns: [body], using: gin}]
    children:
      probe_line: {rows: line, columns: {at: {path: "@at", type: uuid}, body: {path: ., type: jsonb}}}
"""
UUID = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A1"


def probes(month: int) -> str:
    """Records with good values, and some with bad ones."""
    good = [
        f"<probe id='{UUID}{number}' digest='DEADbeef0{number}'><level>{number}</level><value>{number}e-{month}</value>"
        f"<share>0.1</share><body>{{&quot;a&quot;: null, &quot;b&quot;: [{month}.50]}}</body>"
        f"<image>{'q80=' if number < 3 else 'q8'}</image>"
        f"<line at='{UUID}{number}'>[{number}]</line><line>null</line></probe>"
        for number in range(1, 4)
    ]
    zero = f"<probe id=' {UUID}0 ' digest='00'><value>-0.0</value><share>-0</share></probe>"
    bad = ["<level>32768</level>", "<value>1e400</value>", "<value>-2</value>", "<share>1e-50</share>",
           "<body>{&quot;a&quot;: 1, &quot;a&quot;: 2}</body>", "<line>[</line>"]  # fmt: skip
    wrong = [f"<probe id='{UUID}4' digest='AA'>{inner}</probe>" for inner in bad]
    wrong += [f"<probe id='{UUID}' digest='AA'/>", f"<probe id='{UUID}5' digest='A'/>", f"<probe id='{UUID}5'/>"]
    found = "\n".join([*good, zero, *wrong]).replace("'", '"')  # as plain records have it
    return f"<dump>{found}</dump>"


@pytest.mark.parametrize(("shares", "policy"), [("repeat: last", "newest"), ("repeat: array", "fill")])
def test_both_engines_and_staging_give_the_same_rows_and_a_rollback_the_former_ones(
    shares: str, policy: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for staged in ("0", "1"):
        monkeypatch.setenv("LOADER_STAGE_ALL", staged)
        name = f"lab{staged}"
        mapping = tmp_path / f"{name}.yaml"
        text = MAPPING.replace("lab", name).replace("probe", f"probe{staged}").replace("SHARES", shares)
        mapping.write_text(text.replace("POLICY", f"policy: {policy}"))
        states = []
        for month in (1, 2):
            dump = tmp_path / f"dump_2026010{month}.xml"
            dump.write_text(probes(month).replace("probe", f"probe{staged}"))
            with small_blocks():
                load = load_here(database, mapping, [dump])
            states.append(rows(database, staged))
        rejects = query(
            database,
            "select record, reason, column_name, value, message, key from loader.reject "
            "where load_id = %s order by reject_id",
            load,
        )  # fmt: skip
        execute(database, f"call loader.rollback({load})")
        found.append((states, rejects, rows(database, staged)))
        assert found[-1][2] == states[0] != states[1]
    assert found[0] == found[1]
    assert len(found[0][1]) == 9
    item = found[0][0][0][0][0]
    assert item["id"] == f"{UUID.lower()}0"
    assert (str(item["value"]), str(item["share"])) in {("0", "0"), ("0", "[0]")}
    assert found[0][0][1][0][1]["body"] == {"a": None, "b": [2.5]}
    assert found[0][0][1][0][1]["image"] == r"\xabcd"


def rows(database: str, staged: str) -> list[Any]:
    """Both tables, with names that are alike."""
    row = f"replace((to_jsonb(t) - '{{_source,_hash}}'::text[])::text, 'probe{staged}', 'probe')::jsonb"
    tables = (f"lab{staged}.probe{staged}{name}" for name in ("", "_line"))
    return [[one for (one,) in query(database, f"select {row} from {table} as t order by t::text")] for table in tables]


def test_keys_that_are_rewritten_are_the_same_in_every_load(tmp_path: Path, database: str) -> None:
    mapping, days = tmp_path / "log.yaml", ["01.02.2026", "02.02.2026", "03.02.2026", "30.02.2026"]
    mapping.write_text(
        "dataset: log\nsnapshot: '_(\\d{8})'\nmax_rejects: 100%\nentities:\n  entry:\n    record: /log/entry\n"
        "    key:\n"
        "      day: {path: day, type: date, format: DD.MM.YYYY}\n      place: {path: '@in', map: {a: Aa, b: Bb}}\n"
        "    columns: {note: note}\n    children: {entry_word: {rows: note, split: ' ', columns: {word: .}}}\n"
    )
    counts = "select read, inserted, updated, unchanged, rejected from loader.load where load_id = %s"
    found = []
    for number, note in ((1, "one two"), (2, "one two"), (3, "one three")):
        inner = f"<note>{note}</note></entry>"
        entries = [f'<entry in="{place}"><day>{day}</day>{inner}' for day in days for place in "abc"]
        dump = tmp_path / f"log_2026010{number}.xml"
        dump.write_text(f"<log>{''.join(entries)}</log>")
        found += query(database, counts, load_here(database, mapping, [dump]))
    assert found == [(12, 6, 0, 0, 6), (12, 0, 0, 6, 6), (12, 0, 6, 0, 6)]
    rows = query(database, "select entry_day::text, entry_place, ordinal, word from log.entry_word order by 1, 2, 3")
    assert rows[:3] == [
        ("2026-02-01", "Aa", 1, "one"),
        ("2026-02-01", "Aa", 2, "three"),
        ("2026-02-01", "Bb", 1, "one"),
    ]
    rejects = "select reason, value, message, key from loader.reject where load_id = 3 order by record limit 2"
    assert query(database, rejects) == [
        ("enum", "c", "place: 'c' is none of the values that map names", None),
        ("enum", "c", "place: 'c' is none of the values that map names", None),
    ]
    told = loader("conflicts", mapping, *sorted(tmp_path.glob("*.xml")), database=database)
    assert told.code == 0, told.err
    assert "6" in told.out
