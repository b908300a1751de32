"""One bad record costs one record: the rest is loaded, and what was rejected can be found, mended and loaded."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loader.admin.replay import write_replay
from loader.database.connect import connect
from loader.errors import UsageError
from loader.mapping.read import read_dataset
from loader.sample.faults import RECORD_FAULTS
from tests.support.running import Run, checksum, counted, execute, load, loader, query
from tests.support.server import fresh_database

REASONS = {
    "malformed": "malformed",
    "unescaped_lt": "malformed",
    "bad_utf8": "malformed",
    "nul_byte": "malformed",
    "nul_charref": "malformed",
    "bad_integer": "type",
    "integer_overflow": "type",
    "missing_key": "missing_key",
    "repeated_scalar": "repeated",
}


@pytest.mark.parametrize("mode", ["--replace", "--merge"])
def test_one_bad_record_of_each_kind(tmp_path: Path, discogs_database: str, mode: str) -> None:
    faults = [argument for kind in RECORD_FAULTS for argument in ("--fault", kind)]
    manifest = loader("sample", tmp_path, "--releases", 40, "--gz", "--json", *faults, database=None).json
    release = manifest["entities"]["release"]
    text = gzip.decompress((tmp_path / release["file"]).read_bytes())

    summary = load(discogs_database, "discogs", tmp_path, mode, "--chunk-bytes", "16KB", "-w", 2, code=3)

    by_record = {fault["record"]: fault["kind"] for fault in manifest["faults"]}
    rejected = {number for number, kind in by_record.items() if kind in REASONS}
    found = query(
        discogs_database,
        "select r.record, r.reason, r.byte_offset, r.byte_length, r.raw, r.message, s.name, r.column_name "
        "from loader.reject as r join loader.source as s using (source_id)",
    )
    assert {record for record, *_ in found} == rejected
    assert len(found) == len(rejected) == len(REASONS)
    for record, reason, offset, length, raw, message, file, column in found:
        assert reason == REASONS[by_record[record]]
        assert (file, text[offset : offset + length]) == (release["file"], bytes(raw))
        assert raw.startswith(b"<release")
        assert raw.rstrip().endswith(b"</release>")
        assert message
        assert column == ("label_id" if reason == "type" else column)
    assert (summary["rejected"], summary["duplicate"]) == (len(REASONS), 1)
    assert [(path["path"], path["count"]) for path in summary["unmapped"]] == [("/releases/release/mood", 1)]
    assert summary["tables"]["release"] == release["records"] - len(REASONS) - 1
    for entity in ("artist", "label", "master"):
        assert summary["tables"][entity] == manifest["entities"][entity]["records"]


FILES = """\
dataset: shelf
entities:
  book:
    record: /dump/row
    files: "*-books.xml"
    key: {id: {path: "@id", type: integer}}
    columns: {title: title}
  film:
    record: /dump/row
    files: "*-films.xml"
    key: {id: {path: "@id", type: integer}}
    columns: {title: title, year: {path: year, type: integer}}
    children: {film_actor: {rows: actor, columns: {name: "."}}}
"""


def xml(identifier: object, title: str, more: str = "") -> str:
    return f'<row id="{identifier}"><title>{title}</title>{more}</row>'


def write_films(folder: Path, *films: str) -> Path:
    """A dump of films in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / "1-films.xml"
    path.write_text(f"<dump>{''.join(films)}</dump>", "utf-8", errors="surrogateescape")
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """A mapping that tells files apart by their names."""
    path = tmp_path / "shelf.yaml"
    path.write_text(FILES, "utf-8")
    return path


@pytest.fixture(scope="module")
def rejected(
    server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A database with two rejects of films, to be read only, and the rejects as export writes them."""
    folder = tmp_path_factory.mktemp("rejected")
    (mapping := folder / "shelf.yaml").write_text(FILES, "utf-8")
    with fresh_database(server, control_schema) as database:
        load(database, mapping, write_films(folder, xml(1, "M"), xml("x", "Ran"), xml("y", "Ikiru")), code=3)
        told = loader("rejects", "export", mapping, "--load", 1, database=database)
        assert told.code == 0, told
        yield database, [json.loads(line) for line in told.out.splitlines()]


@pytest.fixture
def films(server: str, rejected: tuple[str, list[dict[str, Any]]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The same in a database of the test's own."""
    with fresh_database(server, rejected[0]) as database:
        yield database, [*rejected[1]]


def test_a_damaged_file_is_never_published(tmp_path: Path, mapping: Path, database: str) -> None:
    path = write_films(tmp_path, *(xml(n, f"T{n}") for n in range(1, 200)))
    document = path.read_bytes()
    packed = gzip.compress(document)
    middle = len(packed) // 2
    for kind, data in {
        "wrong root": document.replace(b"dump>", b"films>"),
        "truncated": document[:-20],
        "trailing text": document + b"x",
        "flipped bit": packed[:middle] + bytes([packed[middle] ^ 16]) + packed[middle + 1 :],
        "truncated gzip": packed[:middle],
    }.items():
        path.write_bytes(data)

        told = loader("load", mapping, path, "-w", 1, "--json", database=database)

        assert told.code == 1, (kind, told)
        assert path.name in told.err, kind
        assert query(database, "select count(*) from pg_tables where schemaname = 'shelf'") == [(0,)], kind


def test_too_many_rejects_stop_a_load(tmp_path: Path, mapping: Path, database: str) -> None:
    path = write_films(tmp_path, *(xml(n, "T", "<year>MM</year>" if n < 9 else "") for n in range(1, 100)))

    told = loader("load", mapping, path, "-w", 1, "--set", "max_rejects=7", database=database)

    assert told.code == 1, told
    assert "max_rejects" in told.err
    assert "loader rejects list shelf" in told.err
    assert query(database, "select count(*) from pg_tables where schemaname = 'shelf'") == [(0,)]


def test_rejects_are_listed_shown_exported_mended_and_replayed(
    tmp_path: Path, mapping: Path, server: str, database: str
) -> None:
    cast = "<actor>A</actor><actor>B</actor>"
    sound = [xml(n, f"Title {n}", f"<year>{1900 + n}</year>{cast}") for n in range(1, 60)]
    spoilt = [*sound]
    spoilt[10] = sound[10].replace("</title>", "</titel>")
    spoilt[20] = sound[20].replace("</year>", "x</year>")
    spoilt[30] = sound[30].replace("</title>", " \udcff\udcfe</title>")
    (books := tmp_path / "1-books.xml").write_text(f"<dump>{xml(1, 'B')}</dump>")
    with fresh_database(server, database) as other:
        load(other, mapping, books, write_films(tmp_path / "sound", *sound))
        expected = checksum(other, mapping)
    load(database, mapping, books, write_films(tmp_path / "spoilt", *spoilt), code=3)

    listed = loader("rejects", "list", mapping, database=database).out.splitlines()

    assert len(listed) == 3
    assert all("1-films.xml record " in line for line in listed)
    number = next(line.split()[0] for line in listed if "year" in line)
    shown = loader("rejects", "show", mapping, number, database=database)
    assert shown.code == 0
    assert '\nraw:\n<row id="21">' in shown.out
    lines = exported(mapping, database)
    assert sorted(line["reason"] for line in lines) == ["malformed", "malformed", "type"]

    for line in lines:
        record = (line["xml"] or "").replace("</titel>", "</title>").replace("x</year>", "</year>")
        if line["xml"] is None:
            record = mended(line["raw"])
        line["xml"] = record
    file = tmp_path / "mended.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines[:2]), "utf-8")
    told = loader("rejects", "replay", mapping, file, database=database)
    assert told.code == 0, told
    told = replayed(mapping, database, lines[2:])
    assert told.code == 0, told

    assert checksum(database, mapping) == expected
    assert query(database, "select distinct state, replayed_by is null from loader.reject") == [("replayed", False)]
    last = "select options ->> 'deletes' from loader.load order by load_id desc limit 1"
    assert query(database, last) == [("ignore",)]
    assert loader("rejects", "export", mapping, database=database).out == ""
    again = loader("rejects", "replay", mapping, file, database=database)
    assert again.code == 0, again
    assert checksum(database, mapping) == expected


def test_a_record_that_is_still_bad_stays_a_reject(mapping: Path, films: tuple[str, list[dict[str, Any]]]) -> None:
    database, lines = films

    told = replayed(mapping, database, lines)

    assert told.code == 3, told
    assert query(database, "select state, count(*)::int from loader.reject group by 1") == [("open", 4)]


def test_a_correction_can_be_corrected(tmp_path: Path, mapping: Path, films: tuple[str, list[dict[str, Any]]]) -> None:
    """The later replay of a reject goes first, whatever its digest; the same one again is the same source."""
    database, (line, _) = films
    last = "select name from loader.source order by source_id desc limit 1"
    names: list[str] = []
    for title in ("Ran", "Rin", "Ron", "Ron"):
        told = replayed(mapping, database, [{**line, "xml": xml(2, title)}])
        assert told.code == 0, told
        assert query(database, "select title from shelf.film where id = 2") == [(title,)]
        names += query(database, last)[0]
    assert sorted(set(names)) == names[:3]
    assert query(
        database, "select count(distinct series)::int, bool_or(loader.is_replay(name)) from loader.source"
    ) == [(1, True)]
    # However many there are.
    execute(
        database, "update loader.source set name = regexp_replace(name, '.{12}$', 'ffff1234.xml') where source_id = 4"
    )
    file = tmp_path / "again.jsonl"
    file.write_text(json.dumps({**line, "xml": xml(2, "Run")}))
    with connect(database) as connection:
        (replay,) = write_replay(connection, read_dataset(str(mapping)), str(file), tmp_path)
    assert replay.source.name > query(database, 'select max(name collate "C") from loader.source')[0][0]


def test_replay_knows_the_entity_that_the_name_of_a_file_tells(
    mapping: Path, films: tuple[str, list[dict[str, Any]]]
) -> None:
    database, (one, two) = films
    # A line separator is no end of a line of JSONL.
    lines = [{**one, "xml": xml(2, "Ran\u2028(1985)")}, {**two, "xml": xml(3, "Ikiru")}]

    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    told = loader("rejects", "replay", mapping, "-", database=database, given=given)

    assert told.code == 0, told
    assert query(database, "select id, title from shelf.film order by id") == [
        (1, "M"), (2, "Ran\u2028(1985)"), (3, "Ikiru"),
    ]  # fmt: skip
    assert query(database, "select distinct state from loader.reject") == [("replayed",)]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (xml(2, "Ran") + xml(3, "Ikiru"), "", "line 1 (reject 1): `xml` holds 2 records"),
        (xml(2, "Ran"), "<!-- left out -->", "line 2 (reject 2): `xml` holds no records"),
        (xml(2, "Ran"), xml(3, "Ikiru") + " " + xml(4, "Dodesukaden"), "line 2 (reject 2): `xml` holds 2 records"),
        (f"{xml(2, 'Ran')}</dump>", xml(3, "Ikiru"), "line 1 (reject 1): `xml` holds more than its record: </dump>"),
    ],
)
def test_a_line_of_a_replay_holds_one_record(
    mapping: Path, rejected: tuple[str, list[dict[str, Any]]], first: str, second: str, words: str
) -> None:
    database, (one, two) = rejected

    told = replayed(mapping, database, [{**one, "xml": first}, {**two, "xml": second}])

    assert told.code == 2, told
    assert words in told.err
    assert query(database, "select count(*)::int from loader.load") == [(1,)]


def test_rejects_that_are_not_there(tmp_path: Path, mapping: Path, rejected: tuple[str, list[dict[str, Any]]]) -> None:
    database, lines = rejected
    given = json.dumps({**lines[0], "source_id": 77, "xml": xml(2, "Ran")})

    for arguments, words in (
        (("list", mapping, "--load", 7), "shelf has no load 7"),
        (("export", mapping, "--load", 7, "-o", tmp_path / "out"), "shelf has no load 7"),
        (("list", "discogs", "--load", 1), "discogs has no load 1"),
        (("show", mapping, 99), "shelf has no reject 99"),
        (("show", "discogs", 1), "discogs has no reject 1"),
        (("replay", mapping, "-"), "shelf has no reject 1 of source 77"),
    ):
        told = loader("rejects", *arguments, database=database, given=given)
        assert (told.code, words in told.err) == (2, True), told
    assert not (tmp_path / "out").exists()


def test_the_balance_stands_in_status(tmp_path: Path, mapping: Path, database: str) -> None:
    films = [*(xml(n, "T") for n in (1, 2, 3, 1, 2, 3)), xml(4, "</titel>"), xml(5, "</titel>")]
    summary = load(database, mapping, write_films(tmp_path, *films), code=3)

    status = loader("status", "--json", database=database).json

    assert counted(status["loads"][0]) == counted(summary)
    read, *became = counted(summary).values()
    assert read == sum(became)
    assert (summary["duplicate"], summary["rejected"]) == (3, 2)
    assert sum(int(source["read"]) for source in status["sources"]) == read


def mended(raw: str) -> str:
    """A record that was no UTF-8, without the bytes that were none."""
    import base64

    return base64.b64decode(raw).replace(b" \xff\xfe", b"").decode()


SHELVES = """\
dataset: shelves
namespaces: {p: "urn:p"}
internal_subset: allow
entities:
  book:
    record: /library/shelf/book
    key: {id: {path: "@id", type: integer}}
    columns: {shelf: "/library/shelf/@name", library: "/library/@name", title: title, place: "p:place"}
"""


def shelf(name: str, records: str, uri: str = "urn:p") -> str:
    return f'<shelf name="{name}" xmlns:q="{uri}">{records}</shelf>'


def book(identifier: object, title: str) -> str:
    return f'<book id="{identifier}"><title>{title}</title><q:place>{title}</q:place></book>'


def exported(mapping: Path, database: str) -> list[dict[str, Any]]:
    """What `rejects export` writes of the last load that has rejects."""
    told = loader("rejects", "export", mapping, database=database)
    assert told.code == 0, told
    return [json.loads(line) for line in told.out.splitlines()]


def replayed(mapping: Path, database: str, lines: list[dict[str, Any]]) -> Run:
    """Replays lines of an export."""
    given = "".join(json.dumps(line) + "\n" for line in lines)
    return loader("rejects", "replay", mapping, "-", database=database, given=given)


def replaced(lines: list[dict[str, Any]], **texts: str) -> list[dict[str, Any]]:
    """The lines with their attribute `id="x1"` replaced by the number that stands for x1, and so on."""
    return [{**line, "xml": re.sub(r'id="(\w+)"', lambda m: f'id="{texts[m[1]]}"', line["xml"])} for line in lines]


def test_a_replayed_record_stands_where_it_stood(tmp_path: Path, database: str) -> None:
    """Two rejects of one file under other ancestors, namespaces, and documents: each gets its own ones back."""
    mapping = tmp_path / "shelves.yaml"
    mapping.write_text(SHELVES + "documents: many\n", "utf-8")
    one = '<!DOCTYPE library [<!ENTITY e "first">]><library name="Ä">' + shelf("A", book(1, "a") + book("x", "b&amp;"))
    one += shelf("B", book("y", "c&e;"), uri="urn:other") + shelf("C", book("z", "d")) + "</library>"
    two = '<!DOCTYPE library [<!ENTITY e "second">]><library name="L">' + shelf("C", book("w", "e&e;")) + "</library>"
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{one}{two}'
    (tmp_path / "books.xml").write_bytes(text.encode("latin-1"))
    load(database, mapping, tmp_path / "books.xml", "--set", "max_rejects=9", code=3)

    lines = replaced(exported(mapping, database), x="2", y="3", z="4", w="5")
    told = replayed(mapping, database, lines[::-1])

    assert told.code == 0, told
    assert query(database, "select id, shelf, library, title, place from shelves.book order by id") == [
        (1, "A", "Ä", "a", "a"),
        (2, "A", "Ä", "b&", "b&"),
        (3, "B", "Ä", "cfirst", None),
        (4, "C", "Ä", "d", "d"),
        (5, "C", "L", "esecond", "esecond"),
    ]
    assert query(database, "select distinct state from loader.reject") == [("replayed",)]
    assert query(database, "select count(*)::int from loader.load") == [(2,)]
    # The corrected file holds the same records: nothing of what was replayed is written again.
    for old, new in (("x", "2"), ("y", "3"), ("z", "4"), ("w", "5")):
        text = text.replace(f'id="{old}"', f'id="{new}"')
    (tmp_path / "mended.xml").write_bytes(text.encode("latin-1"))
    assert counted(load(database, mapping, tmp_path / "mended.xml"))["unchanged"] == 5


def test_what_the_mapping_did_not_read_around_a_reject_is_not_guessed(tmp_path: Path, database: str) -> None:
    """Shelves that differ only in their rooms share a chunk; a reject has the start tag of the first of them."""
    mapping, text = tmp_path / "shelves.yaml", "<library>"
    mapping.write_text(SHELVES, "utf-8")
    for room, identifier in enumerate((1, "x", 3)):
        text += shelf("A", book(identifier, "t")).replace("<shelf", f'<shelf room="{room}"')
    (tmp_path / "books.xml").write_text(text + "</library>")
    load(database, mapping, tmp_path / "books.xml", "--set", "max_rejects=9", code=3)
    assert query(database, "select count(*)::int from loader.chunk") == [(1,)]
    lines = replaced(exported(mapping, database), x="2")

    mapping.write_text(SHELVES.replace("title: title", 'title: title, room: "/library/shelf/@room"'), "utf-8")
    load(database, mapping, tmp_path / "books.xml", "--replace", "--set", "max_rejects=9", code=3)
    told = replayed(mapping, database, lines)
    assert (told.code, "reads /library/shelf/@room" in told.err, "load books.xml again" in told.err) == (
        2,
        True,
        True,
    ), told
    told = replayed(mapping, database, replaced(exported(mapping, database), x="2"))
    assert told.code == 0, told
    assert query(database, "select id, room from shelves.book order by id") == [(1, "0"), (2, "1"), (3, "2")]


def test_a_line_of_a_replay_cannot_move_to_another_place(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "shelves.yaml"
    mapping.write_text(SHELVES, "utf-8")
    (tmp_path / "books.xml").write_text(f"<library>{shelf('A', book('x', 'a') + book('y', 'b'))}</library>", "utf-8")
    (tmp_path / "more.xml").write_text(f"<library>{shelf('A', book(1, 'a'))}</library>", "utf-8")
    load(database, mapping, tmp_path, "--set", "max_rejects=9", code=3)
    lines = replaced(exported(mapping, database), x="2", y="3")
    moved = f'</shelf><shelf name="B">{book(2, "a")}'

    closing = {**lines[1], "xml": lines[1]["xml"] + "</shelf></library>"}
    more, other = "`xml` holds more than its record: ", lines[0]["source_id"] % 2 + 1
    for given, words in (
        ([{**lines[0], "xml": moved}, lines[1]], f'line 1 (reject 1): {more}</shelf><shelf name="B">'),
        ([lines[0], closing], f"line 2 (reject 2): {more}</shelf></library>"),
        ([lines[0], lines[0]], "line 2 (reject 1): the same record stands in line 1"),
        ([{**lines[0], "reject": 77}], "line 1: shelves has no reject 77"),
        ([{**lines[0], "source_id": other}], f"line 1: shelves has no reject 1 of source {other}"),
    ):
        file = tmp_path / "lines.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in given), "utf-8")
        with connect(database) as connection, pytest.raises(UsageError, match=re.escape(words)):
            write_replay(connection, read_dataset(mapping), str(file), tmp_path)


def test_a_replay_is_of_the_series_and_date_of_its_source(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "shelves.yaml"
    # The name that the replay adds is not searched for a date.
    mapping.write_text(SHELVES + "snapshot: '(?:books|replay)-([0-9a-f-]+)'\n", "utf-8")
    text = f"<library>{shelf('A', book(1, 'a') + book('x', 'b'))}</library>"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("in/books-2026-10.xml", f"in/{'long' * 60}.xml"):
            archive.writestr(name, text)
    load(database, mapping, tmp_path / "a.zip", "--priority", "7", "--set", "max_rejects=9", code=3)

    lines = exported(mapping, database)
    told = replayed(mapping, database, replaced(lines, x="2"))

    assert told.code == 0, told
    assert query(
        database,
        "select loader.feed_of(o.name, o.snapshot) = loader.feed_of(s.name, s.snapshot), "
        "o.snapshot is not distinct from s.snapshot, o.priority, count(*)::int "
        "from loader.source as s join loader.source as o on left(o.name, length(s.name) + 8) = s.name || '.replay-' "
        "where s.load_id = 1 group by 1, 2, 3",
    ) == [(True, True, 7, 2)]
    assert query(database, "select distinct state from loader.reject") == [("replayed",)]
