"""Columns with an `expression` hold what the server computes of the row, whatever way the row has come; columns with
`stored: false` are in no table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.test_paths import trial
from tests.support.running import loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: press
snapshot: '_(\\d{8})'
max_rejects: 100
SETTINGS
entities:
  article:
    record: /set/article
    key: {id: {path: "@id", type: integer}}
    POLICY
    columns:
      title: title
      year: {path: date/y, type: integer, stored: false}
      day: {type: date, expression: "make_date(year, month, coalesce(day_of_month, 1))"}
      month: {path: date/m, type: integer, stored: false}
      day_of_month: {path: date/d, type: integer, stored: false}
      words: {type: integer, expression: "cardinality(string_to_array(title, ' '))"}
    RULES
    children:
      article_part:
        rows: part
        columns:
          share: {path: "@share", type: numeric}
          whole: {path: "@whole", type: numeric, stored: false}
          percent: {type: numeric, expression: "round(100 * share / whole, 1)"}
    indexes: [day]
"""
ROWS = "select id, title, day::text, words from press.article order by id"
PARTS = "select article_id, ordinal, percent::text from press.article_part order by 1, 2"
COUNTS = """
select read::int, inserted::int, updated::int, unchanged::int, filtered::int, rejected::int from loader.load
order by load_id desc limit 1
"""


def mapping(folder: Path, settings: str = "", policy: str = "", rules: str = "") -> Path:
    (path := folder / "press.yaml").write_text(
        MAPPING.replace("SETTINGS", settings).replace("POLICY", policy).replace("RULES", rules)
    )
    return path


def article(number: int, title: str, day: str, parts: str = "") -> str:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in zip("ymd", day.split("-"), strict=False))
    return f"<article id='{number}'><title>{title}</title><date>{fields}</date>{parts}</article>\n"


def part(share: int, whole: int) -> str:
    return f"<part share='{share}' whole='{whole}'/>"


def dump(folder: Path, name: str, *records: str) -> Path:
    (path := folder / f"{name}.xml").write_text(f"<set>\n{''.join(records)}</set>")
    return path


COLUMNS = """
select attname, attgenerated::text from pg_attribute
where attrelid = 'press.article'::regclass and attnum > 0 and not attisdropped and attname !~ '^_' order by attnum
"""
JANUARY = [
    article(1, "One", "2001-2-3", part(1, 8) + part(1, 3)),
    article(2, "Number two", "2002-5"),
    article(3, "No date", ""),
    article(4, "No such day", "2001-2-30"),
    article(5, "Of nothing", "2005-5-5", part(1, 1) + part(1, 0)),
]
FEBRUARY = [
    article(1, "One changed", "2001-2-4", part(1, 8) + part(2, 3)),
    article(2, "Number two", "2002-5"),
    article(3, "Bad now", "2003-13-1"),
    article(6, "New", "2006-6-6"),
]
FIRST = [(1, "One", "2001-02-03", 1), (2, "Number two", "2002-05-01", 2), (3, "No date", None, 2)]
SECOND = [
    (1, "One changed", "2001-02-04", 2), (2, "Number two", "2002-05-01", 2), (3, "No date", None, 2),
    (6, "New", "2006-06-06", 1),
]  # fmt: skip
WAYS = {
    "merge": ("", {}),
    "replace": ("deletes: delete\nmax_delete_pct: 100", {"mode": "replace"}),
    "chunk": ("visibility: chunk", {}),
    "history": ("history: on", {}),
}


@pytest.mark.parametrize("stages", ["", "1"])
@pytest.mark.parametrize("way", WAYS)
def test_expressions_are_computed_on_every_way(
    way: str, stages: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOADER_STAGE_ALL", stages)
    settings, options = WAYS[way]
    path = mapping(tmp_path, settings)
    load_here(database, path, [dump(tmp_path, "press_20260101", *JANUARY)])
    assert query(database, ROWS) == FIRST
    assert query(database, PARTS) == [(1, 1, "12.5"), (1, 2, "33.3")]
    assert query(database, COUNTS) == [(5, 3, 0, 0, 0, 2)]
    told = query(database, "select record, reason, table_name, column_name, message from loader.reject order by 1")
    assert [each[:4] for each in told] == [
        (4, "expression", "article", "day"), (5, "expression", "article_part", "percent"),
    ]  # fmt: skip
    assert told[0][4].startswith("day: date field value out of range: 2001-02-30, so it cannot be computed: make_date(")
    load_here(database, path, [dump(tmp_path, "press_20260201", *FEBRUARY)], **options)
    assert query(database, ROWS) == SECOND
    assert query(database, PARTS) == [(1, 1, "12.5"), (1, 2, "66.7")]
    assert query(database, COLUMNS) == [("id", ""), ("title", ""), ("day", ""), ("words", "")]
    load_here(database, path, [dump(tmp_path, "press_20260301", *FEBRUARY[:2])])
    assert query(database, COUNTS)[0][1:4] == (0, 0, 2)


def test_a_rollback_and_former_states_bring_back_what_was_computed(tmp_path: Path, database: str) -> None:
    path = mapping(tmp_path, "history: on")
    load_here(database, path, [dump(tmp_path, "press_20260101", *JANUARY)])
    second = load_here(database, path, [dump(tmp_path, "press_20260201", *FEBRUARY)])
    former = ROWS.replace("press.article", f"press_history.article_as_of({second - 1})")
    assert query(database, former) == FIRST
    assert loader("rollback", second, "--yes", database=database).code == 0
    assert (query(database, ROWS), query(database, PARTS)) == (FIRST, [(1, 1, "12.5"), (1, 2, "33.3")])


@pytest.mark.parametrize("policy", ["error", "keep_all", "{latest_by: title}"])
def test_versions_keep_what_was_computed(policy: str, tmp_path: Path, database: str) -> None:
    path = mapping(tmp_path, policy=f"policy: {policy}")
    load_here(database, path, [dump(tmp_path, "press_20260101", *JANUARY)])
    load_here(database, path, [dump(tmp_path, "press_20260201", *FEBRUARY)])
    assert query(database, ROWS) == SECOND
    load_here(database, path, [dump(tmp_path, "press_20260201", *FEBRUARY)], mode="replace")
    assert query(database, ROWS)[-1] == SECOND[-1]


@pytest.mark.parametrize("policy", ["fill", "{merge: {title: \"string_agg(title, ' ' order by _place desc)\"}}"])
def test_a_composed_row_is_computed_of_its_own_values(policy: str, tmp_path: Path, database: str) -> None:
    path = mapping(tmp_path, policy=f"policy: {policy}")
    first = dump(tmp_path, "press_20260101", article(1, "One", "2001-2-28"), article(2, "Two", ""))
    load_here(database, path, [first])
    more = "<article id='2'><date><y>2002</y></date></article><article id='1'><title>More words</title></article>"
    load_here(database, path, [dump(tmp_path, "more_20260201", more)])
    merged = "One More words" if policy != "fill" else "More words"
    assert query(database, ROWS) == [(1, merged, "2001-02-28", len(merged.split())), (2, "Two", None, 1)]
    # The rest of the date comes from a file of its own, and does not fit: no single record is to blame.
    third = dump(tmp_path, "rest_20260301", "<article id='2'><date><m>2</m><d>30</d></date></article>")
    told = loader("load", path, third, "-w", 1, "--no-space-check", database=database)
    assert told.code != 0
    assert "column day cannot be computed for the article [2]: date field value out of range: 2002-02-30" in told.err
    assert query(database, ROWS)[1] == (2, "Two", None, 1)


@pytest.mark.parametrize("stages", ["", "1"])
def test_rules_see_what_was_computed(
    stages: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOADER_STAGE_ALL", stages)
    rules = "where: day > '2001-01-01'\n    check: words < 2"
    load_here(database, mapping(tmp_path, rules=rules), [dump(tmp_path, "press_20260101", *JANUARY)])
    assert query(database, ROWS) == FIRST[:1]
    assert query(database, COUNTS) == [(4, 1, 0, 0, 1, 3)]
    told = query(database, "select record, reason from loader.reject order by 1, 2")
    assert told == [(2, "check"), (4, "expression"), (5, "expression")]


def test_trial_dates_in_pieces(tmp_path: Path, database: str) -> None:
    (path := tmp_path / "trial.yaml").write_text("""\
dataset: c04
snapshot: jrn_(\\d{4}-\\d{2}-\\d{2})
max_rejects: 10
entities:
  art:
    record: /Set/Art
    key: {id: {path: "@id", type: integer}}
    columns:
      year: {path: Pub/Year, type: integer, stored: false}
      free: {path: Pub/MedDate, stored: false}
      pub_year: {type: integer, expression: "coalesce(year, substring(free from '[0-9]{4}')::integer)"}
      y: {path: Rcv/Year, type: integer, stored: false}
      m: {path: Rcv/Month, type: integer, stored: false}
      d: {path: Rcv/Day, type: integer, stored: false}
      received: {type: date, expression: "make_date(y, m, d)"}
      compact: {path: Filed, stored: false}
      filed:
        type: date
        expression: "make_date(left(compact, 4)::integer, substr(compact, 5, 2)::integer, substr(compact, 7)::integer)"
    ignore: [Pub/Month, Pub/Day, Pub/Season]
""")
    load_here(database, path, sorted(trial("04_dates_in_pieces").glob("*.xml")))
    assert query(database, "select id, pub_year, received::text, filed::text from c04.art order by id") == [
        (1, 2004, "2003-12-31", None), (2, 1998, None, None), (4, 2019, None, "2019-02-14"),
    ]  # fmt: skip
    assert query(database, "select record, reason from loader.reject") == [(3, "expression")]


WRONG = """\
dataset: wrong
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    columns:
      a: {path: a, type: integer, stored: false}
      b: {type: integer, expression: a + nothing}
      c: {type: integer, expression: b + 1}
      d: {expression: "to_char(a, '9')"}
      e: {expression: now()}
      f: {type: date, expression: "'today'"}
      g: {type: integer, expression: _record}
      h: {type: integer, expression: (select 1)}
      i: {type: integer, expression: count(a)}
      j: {type: boolean, expression: a}
    indexes: [{expression: (a + 1)}]
"""
TOLD = {
    8: 'column "nothing" does not exist', 9: 'column "b" does not exist', 10: "generation expression is not immutable",
    11: "it depends on now()", 12: "another time in each load", 13: 'column "_record" does not exist',
    14: "cannot use subquery in column generation expression", 15: "aggregate functions are not allowed",
    17: 'column "a" does not exist',
}  # fmt: skip


def test_names_that_pl_pgsql_reserves_are_names_of_columns(tmp_path: Path, database: str) -> None:
    """The rows of a chunk that cannot be computed as a whole are computed one by one, in a variable."""
    words = (
        "all begin by case declare else end execute for foreach from if in into loop not null or strict then to using"
    )
    names = [*words.split(), "when", "while", "return", "perform", "found", "exit"]
    columns = ", ".join(f'"{name}": w' for name in names)
    mapping, file = tmp_path / "words.yaml", tmp_path / "words.xml"
    mapping.write_text(
        f'dataset: words\nentities:\n  r: {{record: /d/r, key: {{id: "@id"}}, where: strict is not null, '
        f'columns: {{{columns}, n: {{path: n, type: integer}}, e: {{type: integer, expression: "1/n"}}}}}}\n'
    )
    file.write_text('<d><r id="1"><n>0</n><w>x</w></r><r id="2"><n>1</n><w>x</w></r><r id="3"><n>1</n></r></d>')
    load_here(database, mapping, [file])
    assert query(database, "select id, e, by, loop, strict, foreach from words.r order by id") == [
        ("2", 1, "x", "x", "x", "x")
    ]
    assert query(database, "select record, reason from loader.reject") == [(1, "expression")]


def test_expressions_are_judged_before_anything_is_loaded(tmp_path: Path, database: str) -> None:
    (path := tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "shop.xml").write_text("<shop/>")
    told = loader("load", path, tmp_path / "shop.xml", "-w", 1, database=database)
    assert told.code == 2
    lines = {int(line.split("line ")[1].split(":")[0]): line for line in told.err.splitlines() if "line " in line}
    assert {number: text in lines.get(number, "") for number, text in TOLD.items()} == dict.fromkeys(TOLD, True), (
        told.err
    )


@pytest.mark.parametrize("stages", ["", "1"])
def test_delete_records_compute_nothing(
    stages: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOADER_STAGE_ALL", stages)
    path = mapping(tmp_path)
    # It could not be computed of a delete record, of which only the key is read.
    text = path.read_text().replace("cardinality(string_to_array(title, ' '))", "1 / (title is not null)::integer")
    gone = "\n  gone:\n    record: /set/gone\n    removes: article\n    key: {id: {path: '@id', type: integer}}\n"
    path.write_text(text + gone)
    load_here(database, path, [dump(tmp_path, "press_20260101", *JANUARY, "<gone id='2'/>")])
    assert query(database, ROWS) == [(1, "One", "2001-02-03", 1), (3, "No date", None, 1)]
    load_here(database, path, [dump(tmp_path, "press_20260201", "<gone id='1'/>", *FEBRUARY[1:])])
    assert [row[0] for row in query(database, ROWS)] == [2, 3, 6]
