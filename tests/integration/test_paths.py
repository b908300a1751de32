"""What the paths of a mapping can say, through whole loads: the first one, the same again, refreshes, and rejects."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import loader, query
from tests.support.server import fresh_database
from tests.support.working import load_here

TRIALS = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "trials"
COUNTS = (
    "select read::int, inserted::int, updated::int, unchanged::int, rejected::int from loader.load "
    "order by load_id desc limit 1"
)
DRUGS = """\
dataset: drugs
snapshot: '_(\\d{8})'
max_rejects: 10
entities:
  small:
    record: /drugs/drug[@type='small']
    key: &key {code: "code[@primary='true']"}
    columns: &columns
      name: {path: name, required: true}
      isbn: "PId[Kind='15']/Val"
    children:
      small_alias: {rows: "code[not(@primary)][last()]", columns: {code: .}}
  other:
    record: /drugs/drug
    key: *key
    columns: *columns
    ignore: [code, PId]
"""
CODES = "<code>old{0}</code><code primary='true'>{0}</code><code>new{0}</code>"
PIDS = "<PId><Kind>03</Kind><Val>{0}3</Val></PId><PId><Kind>15</Kind><Val>{0}15</Val></PId>"


def drug(number: int, kind: str, name: str = "<name>{0}</name>") -> str:
    return f"<drug type='{kind}'>{(CODES + PIDS + name).format(number)}</drug>"


@pytest.fixture(scope="module")
def drugs(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with the mapping, and a database with its first month."""
    folder = tmp_path_factory.mktemp("drugs")
    (folder / "drugs.yaml").write_text(DRUGS)
    with fresh_database(server, control_schema) as database:
        records = [drug(n, "small" if n % 3 else "bio") for n in range(1, 20)]
        load_here(database, folder / "drugs.yaml", [dump(folder, "20260101", [*records, drug(30, "small", "")])])
        yield folder, database


def dump(folder: Path, day: str, records: list[str]) -> Path:
    (path := folder / f"drugs_{day}.xml").write_text(f"<drugs>{''.join(records)}</drugs>")
    return path


def test_predicates_choose_entities_keys_columns_and_rows(drugs: tuple[Path, str]) -> None:
    _, database = drugs
    assert query(database, COUNTS) == [(20, 19, 0, 0, 1)]
    assert query(database, "select code, name, isbn from drugs.small order by code::int limit 2") == [
        ("1", "1", "115"), ("2", "2", "215"),
    ]  # fmt: skip
    assert query(database, "select code from drugs.other order by code::int limit 2") == [("3",), ("6",)]
    assert query(database, "select ordinal, code from drugs.small_alias where small_code = '1'") == [(1, "new1")]
    assert query(database, "select path, count::int from loader.unmapped order by path") == [
        ("/drugs/drug/PId", 14), ("/drugs/drug/PId/Val", 14), ("/drugs/drug/code", 14),
    ]  # fmt: skip


def test_the_same_again_changes_nothing_and_a_refresh_what_differs(drugs: tuple[Path, str], server: str) -> None:
    folder, first = drugs
    with fresh_database(server, first) as database:
        mapping = folder / "drugs.yaml"
        load_here(database, mapping, [folder / "drugs_20260101.xml"], chunk_bytes=1000)
        assert query(database, COUNTS)[0][1:3] == (0, 0)
        # The primary code stands elsewhere, a record has become one of another entity, another is mended.
        moved = drug(1, "small").replace("<code>old1</code>", "").replace("<PId>", "<code>old1</code><PId>", 1)
        records = [moved, drug(2, "bio"), drug(30, "small"), drug(4, "small")]
        load_here(database, mapping, [dump(folder, "20260201", records)])
        assert query(database, COUNTS) == [(4, 2, 1, 1, 0)]
        assert query(database, "select code from drugs.small_alias where small_code = '1'") == [("old1",)]
        assert query(database, "select code from drugs.other where code = '2'") == [("2",)]
        assert query(database, "select name from drugs.small where code = '30'") == [("30",)]


def test_a_replay_chooses_the_entity_again(drugs: tuple[Path, str], server: str) -> None:
    folder, first = drugs
    with fresh_database(server, first) as database:
        mapping = folder / "drugs.yaml"
        exported = json.loads(loader("rejects", "export", mapping, database=database).out)
        given = json.dumps({**exported, "xml": drug(30, "bio")})
        told = loader("rejects", "replay", mapping, "-", database=database, given=given)
        assert told.code == 0, told
        assert query(database, "select code, isbn from drugs.other where code = '30'") == [("30", "3015")]


def trial(name: str) -> Path:
    """The folder of a trial, which is not part of the project."""
    if not (TRIALS / name).exists():
        pytest.skip("needs the trials (LOADER_TEST_DATA)")
    return TRIALS / name


def tried(folder: Path, database: str, name: str, mapping: str, pattern: str = "*.xml") -> None:
    """Loads the files of a trial."""
    (path := folder / "trial.yaml").write_text(mapping)
    load_here(database, path, sorted(trial(name).glob(pattern)))
    assert query(database, "select path, count::int from loader.unmapped") == []


def test_trial_choose_by_attribute_or_sibling(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c08
snapshot: _(\\d{4}-\\d{2}-\\d{2})
entities:
  drug:
    record: /drugs/drug
    key: {code: "code[@primary='true']"}
    columns: {name: name, alpha: "xrefs/xref[res='Alpha']/val", beta: "xrefs/xref[res='Beta']/val"}
    ignore: [code]
  product:
    record: /ONX/Product
    key: {ref: Ref}
    columns: {isbn13: "PId[Kind='15']/Val", long: "Tx[K='03']/T"}
    ignore: [PId, Tx]
"""
    tried(tmp_path, database, "08_choose_by_attribute_or_sibling", mapping, "*_2026*.xml")
    assert query(database, "select code, name, alpha, beta from c08.drug order by code") == [
        ("ZZ001", "Imaginol", "A-1", "B-1"), ("ZZ002", "Fictine", None, "B-2"),
    ]  # fmt: skip
    assert query(database, "select ref, isbn13, long from c08.product order by ref") == [
        ("r1", "9780000000019", "<p>Long &amp; <b>bold</b></p>"), ("r2", "9780000000026", "Long two"),
    ]  # fmt: skip


def test_trial_two_kinds_of_record(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: kinds
entities:
  small: {record: "/drugs/drug[@type='small']", key: {name: name}}
  bio: {record: "/drugs/drug[@type='bio']", key: {name: name}}
"""
    tried(tmp_path, database, "08_choose_by_attribute_or_sibling", mapping, "kinds.xml")
    assert query(database, "select s.name, b.name from kinds.small as s, kinds.bio as b") == [("A", "B")]


def test_trial_inline_markup(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c01
entities:
  article:
    record: /Set/Art
    key: {id: {path: Id, type: bigint}}
    columns: {title: Title, title_xml: {path: Title, as: markup}}
    ignore: ["Id/@V"]
    children:
      article_abstract: {rows: Abstract/Text, columns: {label: "@Label", body: ., xml: {path: ., as: markup}}}
"""
    tried(tmp_path, database, "01_pubmed_inline_markup", mapping)
    titles = dict(query(database, "select id, title from c01.article"))
    assert titles[9001] == "Effect of vitamin D3 on Bacillus imaginarius (109 cells)"
    assert titles[9003] == "E = mc2 again"
    ((markup,),) = query(database, "select title_xml from c01.article where id = 9001")
    assert markup == "Effect of vitamin D<sub>3</sub> on <i>Bacillus imaginarius</i> (10<sup>9</sup> cells)"
    assert query(database, "select label, xml from c01.article_abstract where article_id = 9001") == [
        ("AIM", "Test H<sub>2</sub>O at 37°."), ("RESULT", "P&lt;0.001 with <b>1.73 m<sup>2</sup></b> surface."),
    ]  # fmt: skip
    assert query(database, "select label from c01.article_abstract where article_id = 9002") == [(None,)]


def test_trial_numbers_and_flags(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c13
entities:
  hit:
    record: /Hits/Hit
    key: {id: {path: "@id", type: integer}}
    columns:
      evalue: {path: evalue, type: double}
      mass: {path: mass, type: double}
      score: {path: score, type: real}
      price: {path: price, type: numeric, decimal: ",", thousands: "."}
      top: {path: "@top", type: boolean, map: {"True": true, "False": false}}
      rev: {path: rev, type: boolean, map: {Y: true, N: false}}
      cnt: {path: count, type: integer, thousands: ","}
"""
    tried(tmp_path, database, "13_numbers_and_flags", mapping)
    text = "select evalue::text, mass::text, score::text, price::text, top, rev, cnt from c13.hit order by id"
    assert query(database, text) == [
        ("1e-50", "12500000", "512.5", "1234.50", True, True, 12345),
        ("0.001", "0.0005", "28", "9.99", False, False, 7),
        ("Infinity", "NaN", "0.5", None, None, None, None),
    ]


def test_trial_schema_dates(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c24
max_rejects: 1
entities:
  r:
    record: /L/R
    key: {id: {path: "@id", type: integer}}
    columns:
      d: {path: d, type: date, format: xsd}
      ts: {path: ts, type: timestamptz, format: xsd, round: true}
      dt: {path: dt, type: timestamptz, format: xsd}
"""
    tried(tmp_path, database, "24_schema_dates", mapping)
    text = "select id, d::text, (ts at time zone 'UTC')::text, (dt at time zone 'UTC')::text from c24.r order by id"
    assert query(database, text) == [
        (1, "2020-05-06", "2016-03-04 05:06:07.123457", "2016-03-04 04:06:07.123"),
        (2, "2020-05-06", "2016-03-04 05:06:07.123456", "2016-03-05 00:00:00"),
        (3, "2020-05-06", "2016-03-04 05:06:00", "2016-03-04 04:06:07"),
    ]
    assert query(database, "select record, column_name, value from loader.reject order by 2") == [
        (4, "d", "2020-05"), (4, "dt", "02.01.2021"), (4, "ts", "Sat, 02 Jan 2021 10:00:00 GMT"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("{path: '@t', repeat: array}", [["red"], None, [""]]),
        ("{path: '@t', repeat: join}", ["red", None, ""]),
        ("{path: '@t', repeat: array, map: {red: r, '': null}}", [["r"], None, [None]]),
    ],
)
def test_trial_array_of_an_attribute(column: str, expected: list[object], tmp_path: Path, database: str) -> None:
    entity = f"{{record: /rs/r, key: {{id: '@id'}}, columns: {{t: {column}}}, ignore: [g, h]}}"
    mapping = f"dataset: c17\nentities: {{r: {entity}}}\n"
    tried(tmp_path, database, "17_array_of_an_attribute", mapping)
    assert [value for (value,) in query(database, "select t from c17.r order by id")] == expected


def test_trial_odd_names(tmp_path: Path, database: str) -> None:
    mapping = (trial("22_odd_names") / "mapping.yaml").read_text()
    tried(tmp_path, database, "22_odd_names", mapping, "kat_*.xml")
    text = 'select id, name, "order", "user", "group", "select", version from c22.item'
    assert query(database, text) == [("т1", "Стол", "3", "Ann", "7", "s", "2.07")]
    assert query(database, "select pos, qty, ord from c22.item_line") == [("2", "4", "9")]


def test_trial_order_among_siblings(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c12
entities:
  doc:
    record: /Texts/Text
    key: {id: {path: "@id", type: integer}}
    children:
      doc_part:
        rows: [p, fig, list/item, stop, wait]
        columns: {kind: {path: ., as: name}, body: ., what: {coalesce: ["@src", "@ref", "@mins"]}}
      doc_stop: {rows: stop, columns: {at: {path: ., as: order}}}
      doc_wait: {rows: wait, columns: {at: {path: ., as: order}}}
"""
    tried(tmp_path, database, "12_order_among_siblings", mapping)
    parts = "select kind, coalesce(what, body) from c12.doc_part where doc_id = {} order by ordinal"
    assert query(database, parts.format(1)) == [
        ("p", "first"), ("fig", "a.png"), ("p", "second"), ("item", "i1"), ("fig", "b.png"), ("p", "third"),
    ]  # fmt: skip
    assert query(database, parts.format(2)) == [("stop", "s1"), ("wait", "5"), ("stop", "s2")]
    assert query(database, "select s.at, w.at from c12.doc_stop as s, c12.doc_wait as w order by 1") == [(1, 2), (3, 2)]


TEXTS = """\
dataset: texts
snapshot: '_(\\d{8})'
history: on
entities:
  text:
    record: /texts/text
    key: {id: {coalesce: ["@id", id], type: integer}}
    columns: {title: {path: title, as: own_text}, is_new: {path: new, as: exists}}
    children:
      text_part:
        rows: [p, "fig[@src]", list/item]
        columns: {at: {path: ., as: order}, kind: {path: ., as: name}, xml: {path: ., as: markup}, of: ../@owner}
"""


def text(number: int, title: str, *parts: str, written: str = "id='{0}'", more: str = "") -> str:
    return f"<text {written.format(number)}>{more}<title>{title}<i>!</i></title>{''.join(parts)}</text>"


def test_a_refresh_is_a_fresh_load_whatever_columns_take(tmp_path: Path, database: str) -> None:
    (mapping := tmp_path / "texts.yaml").write_text(TEXTS)
    by_element = {"written": "", "more": "<id>9</id>"}
    items = "<list owner='o'><item>a<b/></item><item/></list>"
    first = [text(n, f"T{n}", "<p>x</p>", items, "<fig src='s'/>") for n in range(1, 9)] + [text(9, "N", **by_element)]
    second = [*first[:3], text(4, "T4", items, "<p>y</p>", more="<new/>"), *first[4:8], text(9, "M", **by_element)]
    rows = "select to_jsonb(t) from texts.text_part as t order by 1"
    roots = "select to_jsonb(t) - '{_source,_record}'::text[] from texts.text as t order by id"
    states = []
    for month, records in (("01", first), ("02", second), ("03", second)):
        (path := tmp_path / f"t_2026{month}01.xml").write_text(f"<texts>{''.join(records)}</texts>")
        load_here(database, mapping, [path])
        states.append((query(database, roots), query(database, rows)))
    assert query(database, "select inserted::int, updated::int, unchanged::int from loader.load order by load_id") == [
        (9, 0, 0), (0, 2, 7), (0, 0, 9),
    ]  # fmt: skip
    assert states[1] == states[2] != states[0]
    for number in (3, 2):
        told = loader("rollback", number, "--yes", database=database)
        assert told.code == 0, told
    assert (query(database, roots), query(database, rows)) == states[0]
    told = loader("load", mapping, tmp_path / "t_20260201.xml", "--replace", database=database)
    assert told.code == 0, told
    assert (query(database, roots), query(database, rows)) == states[1]


def test_trial_a_document_is_a_record(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c05
documents: many
internal_subset: allow
max_rejects: 10
entities:
  patent:
    record: /grant-x
    key: {num: bib/pub/doc/num}
    columns: {country: bib/pub/doc/ctry, title: bib/title, file: "@file"}
    ignore: ["@lang", "@id", bib/pub/doc/date]
    children: {patent_claim: {rows: claims/claim, columns: {num: "@num", body: ct}, ignore: ["@id", ct/ref/@idref]}}
"""
    (path := tmp_path / "c05.yaml").write_text(mapping)
    load_here(database, path, [trial("05_uspto_concatenated") / "ipgx260106.xml"], chunk_bytes=1000)
    assert query(database, "select num, title from c05.patent order by num") == [
        ("0001", "Paper folding engine"), ("0003", "Third thing"),
    ]  # fmt: skip
    assert query(database, "select body from c05.patent_claim where patent_num = '0003'") == [
        ("A device with two parts.",), ("The device of claim 1.",),
    ]  # fmt: skip
    assert query(database, "select path from loader.unmapped") == [("/seq-list",)]
    given = json.loads(loader("rejects", "export", path, database=database).out)
    given["xml"] = given["xml"].replace("&ldquo;", "“").replace("&rdquo;", "”")
    told = loader("rejects", "replay", path, "-", database=database, given=json.dumps(given))
    assert told.code == 0, told
    assert query(database, "select title from c05.patent where num = '0002'") == [("“Smart” spoon",)]
    load_here(database, path, [trial("05_uspto_concatenated") / "ipgx260106.xml"])
    assert query(database, COUNTS)[0][:3] == (3, 0, 0)


def test_trial_one_record_per_file(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c15
entities:
  study:
    record: [/study, /studies/study]
    key: {no: ids/no}
    columns: {title: title, org: ids/org, start: start, of: {path: ., as: name}}
    children: {study_arm: {rows: arm, columns: {label: label}}}
"""
    (path := tmp_path / "c15.yaml").write_text(mapping)
    folder = trial("15_one_record_per_file_in_archives")
    load_here(database, path, [folder / "studies.zip"])
    arms = "select study_no, count(*)::int from c15.study_arm join c15.study on no = study_no group by 1 order by 1"
    assert query(database, arms) == [(f"TR0000{n}", 2) for n in range(1, 6)]
    (tmp_path / "more.xml").write_text("<studies><study><ids><no>6</no></ids></study><study><no/></study></studies>")
    load_here(database, path, [tmp_path / "more.xml", folder / "studies.zip"])
    assert query(database, "select count(*)::int from c15.study") == [(6,)]
    assert query(database, COUNTS) == [(7, 1, 0, 5, 1)]
    assert ("/studies/study/no",) in query(database, "select path from loader.unmapped"), "each path has its own"


SHELVES = "dataset: shelves\nmax_rejects: 9\nmax_delete_pct: 100\nentities:\n"
BOOK = "key: {id: {path: '@id', type: integer}}"


def test_a_replay_does_not_guess_what_chooses_an_entity(tmp_path: Path, database: str) -> None:
    """Shelves that led to the same entity shared a chunk; a reject has the start tag of the first of them."""
    (mapping := tmp_path / "shelves.yaml").write_text(f"{SHELVES}  book: {{record: /l/shelf/book, {BOOK}}}\n")
    text = "<l>" + "".join(f"<shelf n='{n}'><book id='{'x' if n == 2 else n}'/></shelf>" for n in (1, 2, 3)) + "</l>"
    (dump := tmp_path / "books.xml").write_text(text)
    load_here(database, mapping, [dump])
    line = json.loads(loader("rejects", "export", mapping, database=database).out)
    line["xml"] = line["xml"].replace("x", "2")
    first = f"  first: {{record: \"/l/shelf[@n='1']/book\", {BOOK}}}\n"
    mapping.write_text(mapping.read_text().replace("  book:", f"{first}  book:"))
    load_here(database, mapping, [dump], mode="replace")
    told = loader("rejects", "replay", mapping, "-", database=database, given=json.dumps(line))
    assert (told.code, "by shelf[@n='1'] around them" in told.err) == (2, True), told
    again = json.loads(loader("rejects", "export", mapping, "--load", 2, database=database).out)
    again["xml"] = again["xml"].replace("x", "2")
    told = loader("rejects", "replay", mapping, "-", database=database, given=json.dumps(again))
    assert told.code == 0, told
    assert query(database, "select (select array_agg(id) from shelves.first), array_agg(id) from shelves.book") == [
        ([1], [3, 2])
    ]


def test_trial_namespace_changes(tmp_path: Path, database: str) -> None:
    """The URIs of the root and of an inner vocabulary change from month to month, and the prefixes with them."""
    mapping = """\
dataset: c10
snapshot: oai_(\\d{4}-\\d{2}-\\d{2})
namespaces:
  o: ["http://archive.example/OAI/2.0/", "https://archive.example/OAI/2.0/"]
  d: ["http://dc.example/1", "http://dc.example/1.1"]
entities:
  rec:
    record: /o:OAI/o:List/o:record
    key: {id: o:header/o:identifier}
    columns: {title: o:metadata/d:dc/d:title, status: o:header/@status}
"""
    (path := tmp_path / "trial.yaml").write_text(mapping)
    titles = []
    for month in sorted(trial("10_namespace_changes").glob("oai_*.xml")):
        load_here(database, path, [month])
        titles += query(database, "select title from c10.rec")
    assert titles == [("One",), ("One, second month",), ("One, third month",)]
    assert query(database, "select path, count::int from loader.unmapped") == []


def test_trial_two_tables_from_one_wrapper(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c23
snapshot: kw_(\\d{4}-\\d{2}-\\d{2})
entities:
  art:
    record: /Set/Art
    key: {id: {path: "@id", type: integer}}
    children:
      art_list: {rows: KwList, columns: {owner: "@owner"}, children: {art_list_kw: {rows: Kw, columns: {kw: .}}}}
      art_kw: {rows: KwList/Kw, columns: {kw: ., main: "@main"}}
      art_mesh: {rows: Mesh/H, columns: {name: D}}
      art_qualifier: {rows: Mesh/H/Q, columns: {ui: "@ui", name: .}}
    ignore: [Mesh/H/D/@ui]
"""
    tried(tmp_path, database, "23_two_tables_from_one_wrapper", mapping, "kw_*.xml")
    assert query(database, "select art_id, ordinal, owner from c23.art_list order by 1, 2") == [
        (1, 1, "AA"), (1, 2, "BB"), (2, 1, "AA"), (2, 2, "CC"),
    ]  # fmt: skip
    flat = [(1, 1, "heart"), (1, 2, "lung"), (1, 3, "kidney"), (2, 1, "skin")]
    assert query(database, "select art_id, ordinal, kw from c23.art_kw order by 1, 2") == flat
    nested = [(1, 1, 1, "heart"), (1, 1, 2, "lung"), (1, 2, 1, "kidney"), (2, 2, 1, "skin")]
    assert query(database, "select art_id, list_ordinal, ordinal, kw from c23.art_list_kw order by 1, 2, 3") == nested
    assert query(database, "select ordinal, ui from c23.art_qualifier order by 1") == [(1, "Q1"), (2, "Q2")]


def test_trial_entities_of_a_dtd(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: c06
snapshot: _(\\d{4}-\\d{2}-\\d{2})
dtd: bib.dtd
entities:
  pub:
    record: [/bib/article, /bib/inproc, /bib/www]
    key: {key: "@key"}
    columns: {kind: {path: ., as: name}, mdate: {path: "@mdate", type: date}, title: title, year: year, ref: crossref}
    children: {pub_author: {rows: author, columns: {name: .}}}
"""
    shutil.copy(trial("06_dblp_external_dtd_entities") / "bib.dtd", tmp_path)
    tried(tmp_path, database, "06_dblp_external_dtd_entities", mapping, "bib_*.xml")
    assert query(database, "select kind, key, title from c06.pub order by key") == [
        ("article", "a/1", "On n-folds."), ("article", "a/2", "Café talk"), ("inproc", "c/1", "No entity here"),
        ("www", "w/1", "Home Page"),
    ]  # fmt: skip
    authors = "select string_agg(name, ', ' order by ordinal) from c06.pub_author group by pub_key order by pub_key"
    assert query(database, authors) == [("M. Örnek, P. Plain",), ("A. Plain",), ("Q. Plain",), ("Rémy Charref",)]
    # Commands that refer to the dataset by name need no files.
    (tmp_path / "bib.dtd").unlink()
    (path := tmp_path / "bib_2026-02-01.xml").write_text(
        "<!DOCTYPE bib SYSTEM 'bib.dtd'><bib><www key='w/1'><title>&eacute;</title></www></bib>"
    )
    told = loader("load", "c06", path, "--quiet", database=database)
    assert told.code == 0, told
    assert query(database, "select title from c06.pub where key = 'w/1'") == [("é",)]


@pytest.mark.parametrize("name", ["ipgx260106.xml", "ipgy260106.xml", "ipgx260106.zip"])
def test_trial_concatenated_documents(tmp_path: Path, database: str, name: str) -> None:
    """Documents of another root stand between those of patents; a DTD is named by all of them."""
    mapping = """\
dataset: c05
documents: many
dtd: grant-x-v45.dtd
entities:
  patent:
    record: /grant-x
    key: {num: bib/pub/doc/num}
    columns: {country: bib/pub/doc/ctry, date: bib/pub/doc/date, title: bib/title, file: "@file"}
    ignore: ["@lang", "@id"]
    children:
      patent_claim:
        rows: claims/claim
        columns: {claim_id: "@id", num: {path: "@num", type: integer}, body: ct}
"""
    (tmp_path / "grant-x-v45.dtd").write_text('<!ENTITY ldquo "&#8220;"><!ENTITY rdquo "&#8221;">')
    (path := tmp_path / "trial.yaml").write_text(mapping)
    load_here(database, path, [trial("05_uspto_concatenated") / name], options={"internal_subset": "allow"})
    assert query(database, "select num, title from c05.patent order by num") == [
        ("0001", "Paper folding engine"), ("0002", "“Smart” spoon"), ("0003", "Third thing"),
    ]  # fmt: skip
    assert query(database, "select count(*)::int, min(body) from c05.patent_claim") == [(6, "A device with two parts.")]
    unmapped = query(database, "select path, count::int from loader.unmapped order by path")
    assert unmapped == [("/grant-x/claims/claim/ct/ref/@idref", 3), ("/seq-list", 1)]
