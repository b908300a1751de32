"""SQL in a mapping is judged by the server before anything is loaded, each piece with its line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.errors import MappingError
from loader.mapping.lexical_forms import fits
from loader.mapping.read import read_dataset
from loader.render import trial
from tests.support.running import counted, load, loader, query
from tests.support.working import load_here
from tests.unit.mapping.test_patterns import BAD, GOOD

WRONG = r"""dataset: wrong
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    columns:
      a: {path: a, pattern: "\\1x"}
      b: {path: b, type: date, minimum: "2020-01-01", maximum: "2019-01-01"}
      c: {path: c, repeat: array, default: x}
      d: {path: d, pattern: "[0-9]+", default: none}
      e: {path: e, type: integer, minimum: 3, default: "2"}
      f: {path: f, repeat: array, enum: [a], default: "{a,b}"}
      g: g
      h: {path: g, pattern: "((x{200}){200}){200}", repeat: first}
    where: x > 3
    check: id
    indexes:
      - {expression: lowr(g)}
      - {expression: random()}
      - {columns: [g], using: gin}
      - {columns: [e], using: magic}
      - {expression: lower(g), extension: pg_magic}
    policy:
      merge:
        a: max(nothing)
        b: "true"
    children:
      item_part:
        rows: part
        columns: {x: .}
        check: "1/0 > ordinal"
        indexes:
          - expression: "date_trunc('day', x::timestamptz)"
"""
TOLD = {
    7: "invalid backreference number",
    8: "is above maximum",
    9: 'malformed array literal: "x"',
    10: "'none' does not match [0-9]+",
    11: "'2' is below 3",
    12: "'{a,b}' is none of the values that enum allows",
    14: "regular expression is too complex",
    15: 'column "x" does not exist',
    16: "must be type boolean, not type integer",
    18: "function lowr(text) does not exist",
    19: "must be marked IMMUTABLE",
    20: "no default operator class",
    21: 'access method "magic" does not exist',
    22: 'extension "pg_magic" is not available',
    25: 'column "nothing" does not exist',
    26: "cannot cast type boolean to date",
    31: "division by zero",
    33: "must be marked IMMUTABLE",
}
# What each of these depends on is told; the others give the same whenever they run.
CHANGING = {
    "random() < 0.5": "random()",
    "g < now()::text": "now()",
    "g < current_date::text": "current_date",
    "current_user <> g": "current_user",
    "age(d) > '1 day'": "age(timestamp without time zone)",
    "d < 'now'": "now, which is another time in each load",
    "d < ' Today '::date": "Today, which is another time in each load",
    "current_setting('TimeZone') = g": "current_setting(text)",
    "exists (select from pg_class where relname = g)": "pg_class",
    "g = (select max(tablename) from pg_tables)": "pg_tables",
    "g::regclass is not null": "regclass(text)",
    "array[g]::regrole[] is not null": "regrolein",
    "to_tsvector(g) is not null": "to_tsvector(text)",
    "public.fresh(g)": "public.fresh(text)",
    "g operator(public.@@@) g": "public.fresh(text,text)",
    "(select public.latest(x) from unnest(array[g]) as u (x)) = g": "public.latest(text)",
}
FIXED = (
    "g::timestamptz > '2020-01-01'",
    "d::timestamptz < to_timestamp(g, 'YYYY') or d < '2020-01-01'::date",
    "g in ('now', 'today') and \"today\" = 'x' and concat(g, d) || d <> format('%s', d)",
    "to_jsonb(d) is not null and json_build_object(g, d) is not null and extract(year from d) > 3",
    "(select jsonb_agg(x order by x) from unnest(string_to_array(g, ',')) as u (x)) is not null",
    "public.settled(g) and lower(g) ~ 'x' and 'infinity' > d and array[g]::date[] is not null",
)
FUNCTIONS = """
create function public.fresh(text) returns boolean language sql as 'select true';
create function public.fresh(text, text) returns boolean language sql stable as 'select true';
create function public.settled(text) returns boolean language sql immutable as 'select true';
create function public.newer(text, text) returns text language sql volatile as 'select $1';
create aggregate public.latest(text) (sfunc = public.newer, stype = text);
create operator public.@@@ (leftarg = text, rightarg = text, function = public.fresh);
"""
DUMP = """<shop>
<item id="1"><n>1</n><part>3</part></item>
<item id="2"><n>0</n><part>1</part></item>
<item id="3"><n>3</n><part>1</part><part>z</part></item>
<item id="4"><n>-3</n><part>2</part></item>
<item id="5"><n>5</n><part>-3</part></item>
</shop>"""
GOOD_MAPPING = """dataset: fair
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    columns:
      n: {path: n, type: integer}
    where: 10 / n > 0
    children:
      item_part:
        rows: part
        columns: {x: .}
        check: "x::integer > 0"
"""
CATALOG = """
select 'schema', nspname::text from pg_namespace where nspname !~ '^pg_(toast_)?temp'
union all select 'relation', oid::regclass::text from pg_class where relkind in ('r', 'p', 'v', 'i')
union all select 'routine', oid::regprocedure::text from pg_proc
union all select 'extension', extname::text from pg_extension
order by 1, 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dump.xml").write_text(DUMP)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "fair.yaml").write_text(GOOD_MAPPING)
    return tmp_path


def test_all_that_the_server_refuses_is_told_by_line_and_nothing_stays_behind(folder: Path, database: str) -> None:
    before = query(database, CATALOG)
    told = loader("load", folder / "wrong.yaml", folder / "dump.xml", database=database)
    assert (told.code, told.out) == (2, "")
    lines = {
        int(found[1]): line for line in told.err.splitlines() if (found := re.search(r"wrong.yaml, line (\d+)", line))
    }
    assert lines.keys() == TOLD.keys()
    assert {number: text for number, text in TOLD.items() if text not in lines[number]} == {}
    assert query(database, CATALOG) == before


def test_an_expression_that_depends_on_more_than_the_record_is_refused_with_what_it_depends_on(
    tmp_path: Path, database: str
) -> None:
    columns = {"g": "g", "d": {"path": "d", "type": "timestamp"}, "today": "t"}
    dates = {"path": "f", "type": "date", "repeat": "array", "default": "{today}"}
    item = {
        "record": "/shop/item",
        "key": {"id": {"path": "@id", "type": "integer"}},
        "columns": {**columns, "f": dates},
        "policy": {"merge": {"g": "string_agg(g, clock_timestamp()::text)"}},
        "children": {
            f"c{number}": {"rows": f"r{number}", "columns": columns, "check": condition}
            for number, condition in enumerate([*CHANGING, *FIXED])
        },
    }
    mapping = tmp_path / "ruled.yaml"
    mapping.write_text(json.dumps({"dataset": "ruled", "entities": {"item": item}}, indent=1))
    with connect(database) as connection:
        connection.execute(FUNCTIONS.encode())
        with pytest.raises(MappingError) as refused:
            trial.try_mapping(connection, read_dataset(mapping))
    lines = str(refused.value).splitlines()
    told = {found[1]: line for line in lines if (found := re.search(r"(\w+)(?:\.check)?: (?!entities)", line))}
    named = enumerate(CHANGING.items())
    assert {rule: text for number, (rule, text) in named if text not in told.pop(f"c{number}", "")} == {}
    assert told.keys() == {"default", "g"}


def test_a_mended_mapping_loads_at_once_and_is_not_tried_again(
    folder: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = folder / "fair.yaml"
    mapping.write_text(GOOD_MAPPING.replace("10 / n", "10 / m"))
    with pytest.raises(MappingError, match=r'line 8: entities.item.where: .*column "m" does not exist'):
        load_here(database, mapping, [folder / "dump.xml"])
    mapping.write_text(GOOD_MAPPING)
    load_here(database, mapping, [folder / "dump.xml"])
    monkeypatch.setattr(trial, "_answer", lambda *_: pytest.fail("tried again"))
    load_here(database, mapping, [folder / "dump.xml"])


def test_what_is_wrong_with_the_server_is_no_fault_of_the_mapping(folder: Path, database: str) -> None:
    dataset = read_dataset(folder / "fair.yaml")
    with connect(database) as connection:
        connection.execute("set statement_timeout = 1")
        with pytest.raises(psycopg.errors.QueryCanceled):
            trial._answer(connection, "select pg_sleep(10)")
        connection.execute("reset statement_timeout")
        trial.try_mapping(connection, dataset)


def test_a_record_about_which_a_condition_cannot_be_decided_is_a_reject_and_no_more(
    folder: Path, database: str
) -> None:
    summary = load(database, folder / "fair.yaml", folder / "dump.xml", code=3)
    assert counted(summary) == {
        "read": 4, "inserted": 1, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": 3,
    }  # fmt: skip
    assert query(database, "select id, n from fair.item") == [(1, 1)]
    assert query(database, "select record, reason, table_name, message from loader.reject order by record") == [
        (2, "check", "item", "division by zero, so where cannot be evaluated: 10 / n > 0"),
        (
            3, "check", "item_part",
            'invalid input syntax for type integer: "z", so the rule cannot be evaluated: x::integer > 0',
        ),
        (5, "check", "item_part", "the rule does not hold: x::integer > 0"),
    ]  # fmt: skip


def test_an_index_whose_expression_fails_for_a_row_is_left_out_of_a_build(folder: Path, database: str) -> None:
    mapping = folder / "fair.yaml"
    mapping.write_text(GOOD_MAPPING.replace("    where: 10 / n > 0\n", "    indexes: [{expression: (10 / n)}]\n"))
    load_here(database, mapping, [folder / "dump.xml"])
    assert query(database, "select count(*) from fair.item") == [(3,)]
    assert query(database, "select message from loader.event where kind = 'index_left_out'")[0][0].endswith(
        "is left out, as it cannot hold all of item: division by zero"
    )


def test_patterns_are_judged_without_a_server_as_the_server_judges_them(database: str) -> None:
    def is_taken(pattern: str) -> bool:
        try:
            query(database, "select '' ~ %s, '' ~ %s", pattern, f"^(?:{pattern})$")
        except psycopg.DataError:
            return False
        return True

    assert [pattern for pattern in GOOD if not is_taken(pattern)] == []
    assert [pattern for pattern in BAD if is_taken(pattern)] == []


def test_values_are_judged_without_a_server_as_the_rendered_procedures_judge_them(database: str) -> None:
    texts = (
        "1", " -07 ", "+2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808", "1.",
        ".5", ".", "1e3", "1_000", "٣", "0x1", "true", "1 ", "TRUE", "2024-02-29", "2023-02-29", "1900-02-29",
        "2000-02-29", "0000-01-01", "2024-04-31", "2024-1-1", "20240101", "2024-01-01T00:00",
        "2024-01-01 23:59:59.123456",
        "2024-01-01T24:00:00", "2024-01-01T00:00Z", "2024-01-01T00:00+15:59", "2024-01-01T00:00+16", "x", "9" * 1001,
        "9" * 30,
    )  # fmt: skip
    kinds = ("integer", "bigint", "numeric", "boolean", "date", "timestamp", "timestamptz")
    with connect(database) as connection:
        migrate(connection)
        for kind in kinds:
            asked = f"select loader.is_{kind}(v) from unnest(%s::text[]) with ordinality as u (v, n) order by n"
            answers = [row[0] for row in connection.execute(asked.encode(), ([*texts],)).fetchall()]
            assert [fits(kind, text) for text in texts] == answers, kind
