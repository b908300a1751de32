"""Records without keys are known by their file and number: the same data again write nothing, a newer issue of a file
replaces the older one, and all keys stay.
"""

from __future__ import annotations

import bz2
import gzip
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from loader.errors import DatabaseError
from tests.support.running import execute, load, loader, query
from tests.support.server import fresh_database
from tests.support.working import bring, load_here

MAPPING = """\
dataset: log
snapshot: '_(\\d{{8}})'
visibility: {visibility}
deletes: {deletes}
max_delete_pct: 100
max_rejects: 90%
entities:
  entry:
    record: /log/entry
    key: generated
    columns: {{day: {{path: day, type: date}}, text: text}}
    where: "text <> 'hidden'"
    children:
      entry_tag: {{rows: tag, columns: {{tag: "."}}}}
"""
Entry = tuple[str, tuple[str, ...]]
ENTRIES: tuple[Entry, ...] = tuple((f"text {n}", ("a", f"b{n}") if n % 2 else ()) for n in range(1, 31))
NEW: Entry = ("new", ("c",))


def mapping(folder: Path, visibility: str = "load", deletes: str = "ignore") -> Path:
    path = folder / "log.yaml"
    path.write_text(MAPPING.format(visibility=visibility, deletes=deletes))
    return path


def document(entries: Sequence[Entry]) -> bytes:
    records = (
        f"<entry><text>{text}</text>{''.join(f'<tag>{tag}</tag>' for tag in tags)}</entry>" for text, tags in entries
    )
    return ("<log>\n" + "\n".join(records) + "\n</log>\n").encode()


def issue(folder: Path, name: str, entries: Sequence[Entry]) -> Path:
    path = folder / name
    path.write_bytes(document(entries))
    return path


@pytest.fixture(scope="module")
def _january(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("january")
    with fresh_database(server, control_schema) as url:
        load_here(url, mapping(folder), [issue(folder, "a_20260101.xml", ENTRIES)])
        yield url


@pytest.fixture
def january(server: str, _january: str) -> Iterator[str]:
    """A database that holds the first issue of a file."""
    with fresh_database(server, _january) as url:
        yield url


def rows(database: str) -> list[tuple[str, tuple[str, ...]]]:
    """Text and tags of all records, by key; every tag has its record."""
    found = query(
        database,
        "select e.text, array(select t.tag from log.entry_tag as t where t.entry_record_id = e.record_id"
        " order by ordinal) from log.entry as e order by e.record_id",
    )
    strays = "select count(*) from log.entry_tag where entry_record_id not in (select record_id from log.entry)"
    assert query(database, strays) == [(0,)]
    return [(text, tuple(tags)) for text, tags in found]


def keys(database: str) -> dict[int, str]:
    return dict(query(database, "select record_id, text from log.entry"))


def counts(database: str, load_id: int) -> dict[str, int]:
    """What became of the records of a load: what is not zero."""
    names = ("inserted", "updated", "unchanged", "duplicate", "rejected", "deleted", "filtered")
    (row,) = query(database, f"select {', '.join(names)} from loader.load where load_id = {load_id}")
    return {name: int(count) for name, count in zip(names, row, strict=True) if count}


def gzipped(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return packed


def bzipped(path: Path) -> Path:
    packed = path.with_name(path.name + ".bz2")
    packed.write_bytes(bz2.compress(path.read_bytes()))
    return packed


def zipped(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, path.name)
    return packed


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_the_same_file_again_writes_nothing(tmp_path: Path, database: str, visibility: str) -> None:
    """Whatever its packing and the size of the chunks."""
    entries = mapping(tmp_path, visibility)
    file = issue(tmp_path, "a.xml", ENTRIES)
    load_here(database, entries, [file])
    versions = "select xmin, ctid, record_id from log.entry order by record_id"
    before = query(database, versions)

    for again, chunk_bytes in ((file, 100), (gzipped(file), 300), (bzipped(file), 100_000), (zipped(file), 700)):
        number = load_here(database, entries, [again], chunk_bytes, mode="merge")

        assert counts(database, number) == {"unchanged": len(ENTRIES)}, again
    assert query(database, versions) == before
    assert rows(database) == list(ENTRIES)


ISSUES: tuple[tuple[Sequence[Entry], dict[str, int]], ...] = (
    ((NEW, *ENTRIES), {"inserted": 1, "updated": 30}),
    (ENTRIES, {"updated": 30, "deleted": 1}),
    ((*ENTRIES[:7], NEW, *ENTRIES[8:]), {"updated": 1, "unchanged": 29}),
    ((*ENTRIES[:7], ("hidden", ()), *ENTRIES[8:]), {"unchanged": 29, "filtered": 1, "deleted": 1}),
    ((*ENTRIES, NEW), {"inserted": 2, "unchanged": 29}),
    (ENTRIES[:20], {"unchanged": 20, "deleted": 11}),
)


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_a_newer_issue_of_a_file_takes_the_place_of_the_older_one(
    tmp_path: Path, database: str, visibility: str
) -> None:
    """The rows of the file become what it says; those of other files stay, and record n keeps its key."""
    entries = mapping(tmp_path, visibility)
    load_here(database, entries, [issue(tmp_path, "a_20260101.xml", ENTRIES), issue(tmp_path, "b.xml", ENTRIES[:3])])
    first, other = min(keys(database)) - 1, max(keys(database)) - 3
    beside = {other + place: text for place, (text, _) in enumerate(ENTRIES[:3], 1)}

    for month, (after, expected) in enumerate(ISSUES, 2):
        newer = issue(tmp_path, f"a_2026{month:02}01.xml", after)
        number = load_here(database, entries, [newer], mode="merge")

        assert counts(database, number) == expected, month
        held = {first + place: text for place, (text, _) in enumerate(after, 1) if text != "hidden"}
        assert keys(database) == held | beside
        assert rows(database) == [*(entry for entry in after if entry[0] != "hidden"), *ENTRIES[:3]]
    for month in (1, 6):  # they come late
        number = load_here(database, entries, [tmp_path / f"a_2026{month:02}01.xml"], mode="merge")
        assert not {"inserted", "updated", "deleted"} & counts(database, number).keys()
    assert rows(database) == [*ENTRIES[:20], *ENTRIES[:3]]


def test_the_order_of_loads_does_not_matter(tmp_path: Path, database: str) -> None:
    entries = mapping(tmp_path)
    older = issue(tmp_path, "a_20260101.xml", (*ENTRIES, NEW))
    newer = issue(tmp_path, "a_20260201.xml", ENTRIES[3:])

    load_here(database, entries, [newer], mode="merge")
    load_here(database, entries, [older], mode="merge")

    assert rows(database) == list(ENTRIES[3:])


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_an_issue_that_comes_late_decides_what_the_newer_one_does_not(
    tmp_path: Path, database: str, visibility: str
) -> None:
    """As a full snapshot about other files; and about a record that the newer issue rejected."""
    entries = mapping(tmp_path, visibility, deletes="delete")
    given = [issue(tmp_path, "a_20260101.xml", ENTRIES[:5]), issue(tmp_path, "b_20260301.xml", ENTRIES[:1])]
    load_here(database, entries, given, mode="merge")
    load_here(database, entries, [issue(tmp_path, "b_20260201.xml", ENTRIES[:2])], mode="merge")
    assert rows(database) == list(ENTRIES[:1]), "file a is gone"

    entries = mapping(tmp_path, visibility)
    older, between, newer = (issue(tmp_path, f"c_20260{n}01.xml", ENTRIES[: 4 - n]) for n in (1, 2, 3))
    newer.write_bytes(document([*ENTRIES[3:4], NEW, NEW]).replace(b"<text>new", b"<day>x</day><text>new"))
    for file in (older, newer, between):
        load_here(database, entries, [file], mode="merge")
    assert rows(database) == [ENTRIES[0], ENTRIES[3], ENTRIES[1]]


def test_a_record_that_is_marked_as_gone_comes_back(tmp_path: Path, database: str) -> None:
    entries = mapping(tmp_path, deletes="mark")
    load_here(database, entries, [issue(tmp_path, "a_20260101.xml", ENTRIES)])
    gone = "select text, _gone_since::text from log.entry where _gone_since is not null order by record_id"

    load_here(database, entries, [issue(tmp_path, "a_20260201.xml", ENTRIES[:28])], mode="merge")
    assert query(database, gone) == [("text 29", "2026-02-01"), ("text 30", "2026-02-01")]
    load_here(database, entries, [issue(tmp_path, "a_20260301.xml", ENTRIES)], mode="merge")
    assert query(database, gone) == []
    assert rows(database) == list(ENTRIES)


def test_keys_stay_when_the_tables_are_built_anew(tmp_path: Path, january: str) -> None:
    entries = mapping(tmp_path)
    file = issue(tmp_path, "a_20260101.xml", ENTRIES)
    before = keys(january)

    load_here(january, entries, [file], mode="replace")
    assert keys(january) == before
    number = load_here(january, entries, [issue(tmp_path, "a_20260201.xml", ENTRIES[:10])], mode="merge")

    assert counts(january, number) == {"unchanged": 10, "deleted": 20}
    assert keys(january) == {key: text for key, text in before.items() if text in {t for t, _ in ENTRIES[:10]}}


def test_a_dump_of_which_little_differs_is_merged(tmp_path: Path, database: str) -> None:
    """Whether it is to be merged or to replace the tables is seen by the keys that its records have in the tables."""
    entries = mapping(tmp_path, deletes="delete")
    many = [(f"text {n}", ()) for n in range(250)]
    load_here(database, entries, [issue(tmp_path, "a_20260101.xml", many)], 100_000)

    number = load_here(database, entries, [issue(tmp_path, "a_20260201.xml", many[:240])], 100_000)

    assert query(database, f"select mode from loader.load where load_id = {number}") == [("merge",)]
    assert counts(database, number) == {"unchanged": 240, "deleted": 10}


def test_a_load_that_was_taken_back_leaves_all_as_it_was(tmp_path: Path, january: str) -> None:
    entries = mapping(tmp_path)
    execute(january, "create schema kept")
    history = ("--set", "history=on")
    execute(january, "create table kept.entry as table log.entry; create table kept.tag as table log.entry_tag")
    number = load(january, entries, issue(tmp_path, "a_20260201.xml", ENTRIES[4:]), *history)["load"]

    told = loader("rollback", str(number), "--yes", database=january)

    assert told.code == 0, told
    for now, then in (("log.entry", "kept.entry"), ("log.entry_tag", "kept.tag")):
        assert query(january, f"select count(*) from (table {now} except table {then}) as d") == [(0,)]
        assert query(january, f"select count(*) from (table {then} except table {now}) as d") == [(0,)]
    number = load_here(january, entries, [tmp_path / "a_20260201.xml"], mode="merge")
    assert rows(january) == list(ENTRIES[4:])


def test_two_issues_of_a_file_in_one_load_are_refused(tmp_path: Path, database: str) -> None:
    entries = mapping(tmp_path)
    one, other = issue(tmp_path, "a_20260101.xml", ENTRIES), issue(tmp_path, "a_20260201.xml", ENTRIES)
    for pair in ([one, other], [one, gzipped(one)]):
        with pytest.raises(DatabaseError, match=r"a_20260101.xml and a_2026.* are two editions of one file"):
            bring(database, entries, pair)
        assert query(database, "select count(*)::int from loader.load") == [(0,)]


def test_many_small_files(tmp_path: Path, database: str) -> None:
    entries = mapping(tmp_path)
    files = [issue(tmp_path, f"f{n}.xml", ENTRIES[n % 5 : n % 5 + 2]) for n in range(20)]
    load_here(database, entries, files)
    before = keys(database)

    files[7].write_bytes(document(ENTRIES[:1]))
    number = load_here(database, entries, files, snapshot="2026-02-01", mode="merge")

    assert counts(database, number) == {"unchanged": 38, "updated": 1, "deleted": 1}
    assert set(keys(database)) < set(before)
    assert len(rows(database)) == 39


def test_a_mended_record_takes_its_own_place(tmp_path: Path, database: str) -> None:
    """Nothing else of its file goes; it stays when the file is loaded again, or is still broken in a newer issue."""
    entries = mapping(tmp_path)
    broken = document(ENTRIES).replace(b"<text>text 5<", b"<day>yesterday</day><text>text 5<")
    file = tmp_path / "a_20260101.xml"
    file.write_bytes(broken)
    load(database, entries, file, "--chunk-bytes", "300", code=3)
    exported = tmp_path / "rejects.jsonl"
    assert loader("rejects", "export", entries, "-o", exported, database=database).code == 0
    exported.write_text(exported.read_text().replace("<day>yesterday</day>", "<day>2026-01-01</day>"))

    assert loader("rejects", "replay", entries, exported, database=database).code == 0

    assert rows(database) == list(ENTRIES)
    mended = keys(database)
    for name in ("a_20260101.xml", "a_20260201.xml"):
        (tmp_path / name).write_bytes(broken)
        number = load_here(database, entries, [tmp_path / name], mode="merge")
        assert counts(database, number) == {"unchanged": 29, "rejected": 1}
        assert keys(database) == mended
    (tmp_path / "a_20260301.xml").write_bytes(document(ENTRIES))
    number = load_here(database, entries, [tmp_path / "a_20260301.xml"], mode="merge")
    assert counts(database, number) == {"unchanged": 29, "updated": 1}
    assert keys(database) == mended


def test_what_older_versions_have_loaded_twice_is_mended_by_the_next_load(tmp_path: Path, database: str) -> None:
    """Before version 0009 each load of a file gave its records keys of their own."""
    entries = mapping(tmp_path)
    file = issue(tmp_path, "a.xml", ENTRIES)
    load_here(database, entries, [file])
    load_here(database, entries, [file], mode="merge")
    execute(
        database,
        "update loader.source set key_source = null;"
        "insert into log.entry select (2::bigint << 40) + _record, day, text, 2, _record, _hash from log.entry;"
        "insert into log.entry_tag select (2::bigint << 40) + (entry_record_id & ((1::bigint << 40) - 1)), ordinal, tag"
        " from log.entry_tag",
    )
    assert len(rows(database)) == 60

    number = load_here(database, entries, [file], mode="merge")

    assert counts(database, number) == {"unchanged": 30, "deleted": 30}
    assert rows(database) == list(ENTRIES)
    assert {key >> 40 for key in keys(database)} == {2}


def test_a_cut_off_file_deletes_nothing(tmp_path: Path, january: str) -> None:
    entries = mapping(tmp_path)
    file = tmp_path / "a_20260201.xml"
    file.write_bytes(document(ENTRIES[:20]).replace(b"</log>", b""))

    load(january, entries, file, "--set", "damaged=accept", "--merge")

    assert rows(january) == list(ENTRIES)


def test_a_load_that_lost_its_worker_goes_on_with_the_same_keys(tmp_path: Path, january: str) -> None:
    entries = mapping(tmp_path)
    before = keys(january)
    second = issue(tmp_path, "a_20260201.xml", (*ENTRIES[:3], NEW, *ENTRIES[4:]))
    number = bring(january, entries, [second], mode="merge")
    with psycopg.connect(january, autocommit=True) as connection:  # as after a crash of the server
        connection.execute("truncate log_build._canary, log_build.entry, log_build.entry_tag")
        connection.execute("select loader.restart_build(%s)", (number,))

    load(january, entries, second, "--merge", "-w", "2")

    assert counts(january, number) == {"unchanged": 29, "updated": 1}
    assert keys(january).keys() == before.keys()


DATES = {
    "from the name": (True, {}), "not known": (False, {}), "given": (False, {"snapshot": "2026-01-01"}),
    "given, another": (False, {"snapshot": "2026-05-01"}),
}  # fmt: skip


@pytest.mark.parametrize("first", ["from the name", "not known"])
def test_the_same_file_again_writes_nothing_whatever_its_date_is_now(tmp_path: Path, database: str, first: str) -> None:
    """The setting `snapshot` may change without a replace, and --snapshot may be given or not."""
    file = issue(tmp_path, "a_20260101.xml", ENTRIES)

    def loaded(date: str, path: Path) -> None:
        in_name, request = DATES[date]
        found = mapping(tmp_path)
        if not in_name:
            found.write_text(found.read_text().replace("snapshot:", "#"))
        load_here(database, found, [path], **request)

    loaded(first, file)
    before = keys(database)
    for date in DATES:
        loaded(date, file)
        assert keys(database) == before, date
    assert query(database, "select kind from loader.event where kind = 'source_copied'") == []
    if first == "from the name":
        loaded(first, issue(tmp_path, "a_20260601.xml", (*ENTRIES, NEW)))
        assert keys(database) == {**before, max(before) + 1: "new"}


def test_a_file_under_another_name_is_said_to_be_there_twice(tmp_path: Path, database: str) -> None:
    entries = mapping(tmp_path)
    load_here(database, entries, [issue(tmp_path, "a.xml", ENTRIES)])

    told = load(database, entries, issue(tmp_path, "b.xml", ENTRIES), "--merge")

    assert told["notices"] == [
        "a file is identified by its name, so records of files with the same content and another name are there twice: "
        "b.xml is a.xml (load 1)"
    ]
    assert rows(database) == [*ENTRIES, *ENTRIES]
    (tmp_path / "a.xml").rename(renamed := tmp_path / "c_20260101.xml")
    entries = mapping(tmp_path, deletes="delete")
    told = load(database, entries, renamed, "--merge", "--allow-deletes")
    assert (told["deleted"], told["notices"], rows(database)) == (60, [], [*ENTRIES])
