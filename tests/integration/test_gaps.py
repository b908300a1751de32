"""What a load looked for and did not find, and what it made NULL, is counted and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.mapping.read import read_dataset
from loader.report.summary import Summary, summary
from tests.support.running import query
from tests.support.working import load_here

MAPPING = """\
dataset: cinema
namespaces: {x: "urn:x"}
snapshot: ([0-9]{8})
entities:
  film:
    record: /cinema/film
    key: {id: {path: "@id", type: integer}}
    columns:
      title: tt
      year: {path: year, type: integer, on_error: null}
      tags: {path: tag, type: integer, repeat: array, on_error: null}
      language: {path: langauge, default: en}
      country: {path: country, default: it}
      rare: rare
      rarer: {path: rarer, optional: true, type: integer, default: 7}
      city: /cinema/@city
      code: "x:code"
    children:
      film_actor:
        rows: cast/actor
        columns: {name: ., age: {path: "@age", type: integer, on_error: null}, born: "@born"}
      film_prize: {rows: prizes/prise, columns: {name: .}, children: {film_prize_year: {rows: year}}}
  shop: {record: /cinema/shopp, key: {id: "@id"}}
"""


def film(number: int, more: str = "") -> str:
    return (
        f'<film id="{number}"><title>T</title><year>{"19??" if number % 3 == 0 else 1990}</year><tag>{number}</tag>'
        f"<tag>{'x' if number % 4 == 0 else 1}</tag><language>it</language><country>it</country>{more}"
        f'<code xmlns="urn:y">c</code><cast><actor age="{"old" if number == 7 else 8}">A</actor></cast>'
        "<prizes><prize>P</prize></prizes></film>"
    )


def dump(folder: Path, date: str, films: list[str]) -> Path:
    path = folder / f"cinema_{date}.xml"
    path.write_text(f'<cinema>{"".join(films)}<shop id="1"/></cinema>', "utf-8")
    return path


def loaded(database: str, mapping: Path, file: Path, **request: object) -> Summary:
    """Loads in this process; the summary."""
    load_id = load_here(database, mapping, [file], **request)
    with connect(database) as connection:
        return summary(connection, read_dataset(mapping), load_id, 0)


@pytest.mark.parametrize("engine", ["columnar", "lxml"])
def test_gaps_are_counted_and_said(tmp_path: Path, database: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = tmp_path / "cinema.yaml"
    mapping.write_text(MAPPING, "utf-8")
    monkeypatch.setattr("loader.extract.columnar.engine._SMALLEST", 1 if engine == "columnar" else 1 << 30)
    films = [film(number) for number in range(1, 41)]

    found = loaded(database, mapping, dump(tmp_path, "20260101", films), options={})

    assert [(gap.kind, gap.table, gap.column, gap.count, gap.records, gap.path, gap.meant) for gap in found.gaps] == [
        ("no_value", "film", "city", 40, 40, "/cinema/@city", ""),
        ("no_value", "film", "code", 40, 40, "x:code", "y:code"),
        ("no_value", "film", "country", 40, 40, "country", ""),
        ("no_value", "film", "language", 40, 40, "langauge", "language"),
        ("no_value", "film", "rare", 40, 40, "rare", ""),
        ("no_value", "film", "title", 40, 40, "tt", "title"),
        ("no_value", "film_actor", "born", 40, 40, "@born", ""),
        ("no_row", "film_prize", None, 0, 40, "prizes/prise", "prizes/prize"),
        ("no_row", "shop", None, 0, 0, "/cinema/shopp", "/cinema/shop"),
        ("nulled", "film", "tags", 10, 40, "tag", ""),
        ("nulled", "film", "year", 13, 40, "year", ""),
        ("nulled", "film_actor", "age", 1, 40, "@age", ""),
    ]
    nulled = (
        "select count(*) filter (where year is null)::int, count(*) filter (where tags is null)::int from cinema.film"
    )
    assert query(database, nulled) == [(13, 10)]
    assert """
not found or set to NULL:
  film.code: no value from x:code; did you mean y:code?
  film.language: no value from langauge; did you mean language?
  film.title: no value from tt; did you mean title?
  film_prize: no row from prizes/prise; did you mean prizes/prize?
  shop: no record from /cinema/shopp; did you mean /cinema/shop?
  film.tags: 10 values set to NULL (on_error: null)
  film.year: 13 values set to NULL (on_error: null)
  film_actor.age: 1 values set to NULL (on_error: null)
  no value of film.city, film.country, film.rare, film_actor.born in the 40 records parsed
""" in found.as_text()
    assert found.as_json()["gaps"][-1] == {
        "kind": "nulled", "table": "film_actor", "column": "age", "count": 1, "records": 40, "path": "@age",
        "did_you_mean": None,
    }  # fmt: skip

    # A merge that parses one record says nothing of what was found before, though this record does not have it ...
    films[0] = film(1, "<rare>r</rare>")
    found = loaded(database, mapping, dump(tmp_path, "20260201", films), mode="merge")
    assert ("film", "rare") not in [(gap.table, gap.column) for gap in found.gaps]
    films[1] = film(2, "<note/>")
    found = loaded(database, mapping, dump(tmp_path, "20260301", films), mode="merge")
    assert found.counts["unchanged"] == 39
    assert [(gap.column, gap.records) for gap in found.gaps if gap.column in ("rare", "title")] == [("title", 1)]
    # ... and all of it when most records are parsed.
    found = loaded(database, mapping, dump(tmp_path, "20260401", [film(n, "<n/>") for n in range(1, 41)]), mode="merge")
    assert [(gap.column, gap.records) for gap in found.gaps if gap.column in ("rare", "title")] == [
        ("rare", 40),
        ("title", 40),
    ]
    assert loaded(database, mapping, dump(tmp_path, "20260401", [film(n, "<n/>") for n in range(1, 41)])).gaps == [
        gap for gap in found.gaps if gap.table == "shop"
    ]
