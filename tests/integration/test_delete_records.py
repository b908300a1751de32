"""Delete records: whatever the order of change files, the newest version of a key decides whether there is a row."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.change_files import Change, File, Items, expected
from tests.support.running import execute, loader, query
from tests.support.working import load_here

TRIALS = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "trials"

BASE = File("20250101", (Change(99, 1, "base"),))
# Keys: 1 changes only. 2 is deleted. 3 is deleted and created again. 4 is deleted in a file that creates it again.
# 5 is deleted before it exists, as far as files say. 6 is created and deleted in one file. 7 is never loaded.
# 8 has two delete records. 9 is deleted by the oldest file, 10 by the newest.
FILES = (
    File("20260101", (
        Change(1, 1, "one"), Change(2, 1, "two"), Change(3, 1, "three"), Change(4, 1, "four"), Change(8, 1, "eight"),
        Change(9, 1, "nine"), Change(9, 2), Change(10, 1, "ten"),
    )),
    File("20260102", (
        Change(1, 2, "uno"), Change(2, 2), Change(3, 2), Change(4, 2), Change(4, 3, "quattro"), Change(5, 2),
        Change(6, 1, "six"), Change(6, 2), Change(7, 5), Change(8, 2), Change(10, 2, "dieci"),
    )),
    File("20260103", (
        Change(3, 3, "drei"), Change(5, 1, "fünf"), Change(8, 3), Change(9, 1, "neun"), Change(10, 3),
        Change(1, 2, "eins"), Change(4, 3, "vier"), Change(6, None, "sechs"), Change(2, None),
    )),
)  # fmt: skip
FORMS = [(way, policy) for way in ("removes", "operation", "outside") for policy in ("latest_by", "newest")]


@pytest.mark.parametrize(("way", "policy"), FORMS)
def test_six_orders_have_one_result(way: str, policy: str, tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way=way, policy=policy)
    whole = expected((BASE, *FILES), policy)
    for files in permutations(FILES):
        items.load(BASE, mode="replace")  # forgets all other files
        assert items.rows() == expected([BASE], policy)
        loads = [items.load(file) for file in files]
        assert items.rows() == whole, files
        # Without the middle one; a rollback that later loads prevent says so, and is possible after theirs.
        if refusal := items.rollback(loads[1]):
            assert f"roll these loads back first, in this order: {loads[2]}" in refusal
            assert items.rows() == whole
            assert items.rollback(loads[2]) == ""
            assert items.rows() == expected([BASE, *files[:2]], policy)
            assert items.rollback(loads[1]) == ""
            assert items.rows() == expected([BASE, files[0]], policy)
            items.load(files[2])
        assert items.rows() == expected([BASE, files[0], files[2]], policy), files
        items.load(files[1])
        assert items.rows() == whole
    items.load(FILES[0])  # a late older file brings nothing back
    assert items.rows() == whole


@pytest.mark.parametrize(("way", "policy"), FORMS)
def test_files_that_are_loaded_together_have_the_same_result(
    way: str, policy: str, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, (first, second, third) = expected(FILES, policy), FILES
    together: tuple[tuple[tuple[File, ...], ...], ...] = (
        (FILES,), ((first, second), (third,)), ((third,), (second, first)), ((second,), (first, third)),
    )  # fmt: skip
    for number, loads in enumerate(together):
        monkeypatch.setenv("LOADER_STAGE_ALL", str(number % 2))
        items = Items(tmp_path, database, f"t{number}", way=way, policy=policy)
        for files in loads:  # the first load builds the tables
            items.load(*files)
        assert items.rows() == whole, loads
        counts = items.counts(items.load(*FILES))
        assert items.rows() == whole
        assert not counts.keys() & {"inserted", "updated", "removed", "deleted"}, counts
    items.load(*FILES, mode="replace")
    assert items.rows() == whole
    items.load(first, mode="replace")  # which forgets what its files do not say
    assert items.rows() == expected([first], policy)
    items.load(third)
    assert items.rows() == expected([first, third], policy)


@pytest.mark.parametrize("way", ["removes", "operation"])
def test_every_delete_record_is_accounted_for(way: str, tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way=way, policy="latest_by")
    items.load(File("20260101", (Change(1, 2, "one"), Change(2, 1, "two"), Change(3, 1, "three"))))
    # Deleted, beaten, unknown, twice in the file (of which one loses), and a key that cannot be read.
    odd = File("20260102", (Change(1, 1), Change(2, 1), Change(3, 2), Change(3, 3), Change(7, 1), Change("x", 1)))
    load = items.load(odd)
    assert items.rows() == {1: (2, "one")}
    assert items.counts(load) == {
        "read": 6, "removed": 2, "deleted": 2, "unchanged": 1, "duplicate": 2, "rejected": 1,
    }  # fmt: skip
    changes = query(
        database, "select key ->> 'id', op, record_after from items_history.changes where load_id = %s", load
    )
    assert sorted(changes) == [("2", "delete", 2), ("3", "delete", 4)]
    ((reason, entity),) = query(database, "select reason, entity from loader.reject")
    assert (reason, entity) == ("type", "item")
    run = loader("status", "items", "--json", database=database)
    told, *_ = run.json["loads"]
    assert (told["deleted"], told["removed"]) == (2, 2)
    run = loader("status", "items", database=database)
    assert "read 6 = inserted 0 + updated 0 + deleted 2 + unchanged 1 + duplicate 2 + rejected 1" in run.out
    why = dict(query(database, "select key ->> 'id', why from loader.conflict where load_id = %s", load))
    assert why == {"1": "version: 2 against 1", "3": "a delete record: version: 3 against 2"}
    # A version that loses to a delete record of another load.
    late = items.load(File("20260103", (Change(2, 1, "zwei"), Change(3, 2, "drei"))))
    assert items.rows() == {1: (2, "one"), 2: (1, "zwei")}
    (why_late,) = query(database, "select key ->> 'id', why from loader.conflict where load_id = %s", late)
    assert why_late == ("3", "a delete record: version: 3 against 2")


@pytest.mark.parametrize("way", ["removes", "outside"])
def test_the_same_bytes_are_a_record_or_a_delete_record(way: str, tmp_path: Path, database: str) -> None:
    """What is unchanged is decided by the bytes of records, and of delete records it never is."""
    items = Items(tmp_path, database, "items", way=way, policy="newest")
    items.mapping.write_text(items.mapping.read_text().replace(", required: true", ""))
    upsert, delete = (
        f'<{tag}><item id="1" v="1"/></{tag.split()[0]}>'
        for tag in (("set", "gone") if way == "removes" else ("create", "delete"))
    )
    for day, record in enumerate((upsert, delete, upsert, delete), start=1):
        path = tmp_path / f"items_2026010{day}.xml"
        path.write_text(f"<dump>{record}</dump>")
        items.load_paths(path)
        assert query(database, "select count(*) from items.item") == [(record == upsert,)]
    path.write_text(f"<dump>{upsert}{delete}</dump>")
    items.load_paths(path, snapshot="2026-01-05")
    assert query(database, "select count(*) from items.item") == [(0,)]


def test_rows_that_others_refer_to_stay_and_are_deleted_later(tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way="operation", policy="newest")
    items.load(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))
    execute(database, "create table favourite (id integer references items.item); insert into favourite values (1)")
    gone = File("20260103", (Change(1, 2), Change(2, 2)))
    load = items.load(gone)
    assert items.rows() == {1: (1, "one")}
    assert items.counts(load) == {"read": 2, "removed": 1, "deleted": 1, "unchanged": 1}
    ((told,),) = query(database, "select message from loader.event where kind = 'rows_kept'")
    assert told.startswith(
        "1 item records are to be deleted but stay, because foreign keys of other tables refer to them"
    )
    items.load(File("20260102", (Change(1, 3, "uno"),)))  # older than the delete record: changes nothing
    assert items.rows() == {1: (1, "one")}
    execute(database, "delete from favourite")
    items.load(gone)
    assert items.rows() == {}


def test_rejected_delete_records_are_corrected_and_replayed(tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way="removes", policy="latest_by")
    items.load(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))
    items.load(File("20260102", (Change(1, "x"), Change(2, 2, "zwei"), Change(2, 1))))
    assert items.rows() == {1: (1, "one"), 2: (2, "zwei")}
    ((key, reason),) = query(database, "select key, reason from loader.reject")
    assert (key, reason) == ({"id": 1}, "type")
    exported = tmp_path / "rejects.jsonl"
    run = loader("rejects", "export", items.dataset, "-o", exported, database=database)
    assert run.code == 0, run
    exported.write_text(exported.read_text().replace('v=\\"x\\"', 'v=\\"5\\"'))
    run = loader("rejects", "replay", items.dataset, exported, database=database)
    assert run.code == 0, run
    assert items.rows() == {2: (2, "zwei")}
    items.load(File("20260103", (Change(1, 4, "eins"),)))
    assert items.rows() == {2: (2, "zwei")}


def test_delete_records_that_somebody_has_removed_are_missed(tmp_path: Path, database: str) -> None:
    """Without them, an older file would bring back what they have deleted."""
    items = Items(tmp_path, database, "items", way="removes", policy="newest")
    items.load(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))
    items.load(File("20260103", (Change(1, 2),)))
    assert query(database, "select id, record from items_history.item_removed") == [(1, 1)]
    execute(database, "create table kept as table items_history.item_removed; delete from items_history.item_removed")
    old = File("20260102", (Change(1, 1, "uno"),))
    with pytest.raises(Exception, match="the decisions of other loads, on which this load depends") as caught:
        items.load(old)
    assert "1 of 1 rows about item are missing in items_history.item_removed" in str(caught.value)
    execute(database, "insert into items_history.item_removed table kept")
    items.load(old)
    assert items.rows() == {2: (1, "two")}


def test_a_revert_brings_back_what_counted_before(tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way="removes", policy="newest")
    items.mapping.write_text(items.mapping.read_text().replace("history: on", "history: off"))
    items.load(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))
    items.load(File("20260103", (Change(1, 2),)))
    late = File("20260102", (Change(1, 1, "uno"),))
    items.load(File("20260104", (Change(2, 1, "deux"), Change(3, 1))), mode="replace")
    execute(database, "call loader.revert('items')")
    items.load(late)
    assert items.rows() == {2: (1, "two")}  # the delete record counts again
    items.load(File("20260101", (Change(3, 1, "three"),)), snapshot="2026-01-02")
    assert items.rows() == {2: (1, "two"), 3: (1, "three")}  # that of the replace does not


def test_an_operation_that_is_not_known_is_a_reject(tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way="outside", policy="newest")
    items.mapping.write_text(items.mapping.read_text().replace("delete: delete", "drop: delete"))
    items.load(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))
    load = items.load(File("20260102", (Change(1, 2), Change(2, 2, "zwei"))))
    assert items.rows() == {1: (1, "one"), 2: (2, "zwei")}
    assert items.counts(load) == {"read": 2, "updated": 1, "rejected": 1}
    told = query(database, "select reason, entity, key, message from loader.reject")
    assert told == [
        ("operation", "item", {"id": 1}, "the operation is 'delete', and must be 'upsert' or 'delete'")
    ]  # fmt: skip


def test_a_repair_brings_back_what_is_there_and_nothing_that_is_deleted(tmp_path: Path, database: str) -> None:
    items = Items(tmp_path, database, "items", way="removes", policy="latest_by")
    files = (
        File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"), Change(3, 1, "three"), Change(4, 1, "four"))),
        File("20260102", (Change(1, 2), Change(2, 2), Change(2, 3, "zwei"), Change(5, 1))),
    )
    loads = [items.load(file) for file in files]
    whole = items.rows()
    execute(
        database, "update items.item set name = 'wrong' where id = 2; delete from items.item_part where item_id = 3;"
    )
    execute(database, "delete from items.item where id = 4; delete from items.item_part where item_id = 4")
    row = f"(1, 1, 'one', {loads[0]}, 1, md5('x')::uuid)"
    execute(database, f"insert into items.item (id, version, name, _source, _record, _hash) values {row}")
    run = loader("repair", items.dataset, database=database)
    assert run.code == 0, run
    assert items.rows() == whole == {2: (3, "zwei"), 3: (1, "three"), 4: (1, "four")}
    run = loader("drop", items.dataset, "--yes", database=database)
    assert run.code == 0, run
    assert query(database, "select nspname from pg_namespace where nspname ~ '^items'") == []


def test_conflicts_are_found_before_a_load(tmp_path: Path, database: str) -> None:
    """A delete record is a version of its key, whose key is read."""
    for way in ("removes", "operation"):
        items = Items(tmp_path / way, database, way, way=way, policy="newest")
        paths = [items.path(File("20260101", (Change(1, 1, "one"), Change(2, 1, "two"))))]
        paths.append(items.path(File("20260102", (Change(2, 2), Change(3, 1, "three")))))
        run = loader("conflicts", items.mapping, *paths, "--json", database=database)
        (found,) = run.json["overlaps"]
        assert (found["entity"], found["sample"], found["winner"]) == ("item", ["2"], paths[1].name)


@pytest.mark.parametrize("seed", range(6))
def test_random_change_files_in_random_loads(seed: int, tmp_path: Path, database: str) -> None:
    """Loaded in any order and number, again, rolled back, replaced: what counts is what is loaded."""
    chance = random.Random(seed)
    way, policy = chance.choice(FORMS)
    items = Items(tmp_path, database, "items", way=way, policy=policy)
    files = [File(f"202602{day:02}", tuple(_changes(chance))) for day in range(1, 13)]
    loaded: dict[int, tuple[File, ...]] = {items.load(BASE): (BASE,)}
    replaced: dict[int, dict[int, tuple[File, ...]]] = {}  # what counted before a replace
    for step in range(15):
        some = tuple(chance.sample(files, chance.randint(1, 3)))
        what = chance.choices(["load", "roll back", "replace"], [10, 10, 1])[0]
        if what == "replace":
            replace = items.load(BASE, *some, mode="replace")
            replaced[replace], loaded = loaded, {replace: (BASE, *some)}
        elif what == "load" or not loaded:
            loaded[items.load(*some)] = some
        elif not items.rollback(load := chance.choice([*loaded])):
            del loaded[load]
            loaded = {**replaced.get(load, {}), **loaded}
        there = {file for files in loaded.values() for file in files}
        assert items.rows() == expected([*there], policy), (step, what)


def _changes(chance: random.Random) -> Iterator[Change]:
    for _ in range(chance.randint(1, 6)):
        version = chance.choice([None, 1, 2, 3])
        name = None if chance.random() < 0.4 else f"n{chance.randint(1, 9)}"
        yield Change(chance.randint(1, 6), version, name)


@pytest.mark.parametrize("names", ["med_2026-01-0", "pm26n000"])
def test_trial_versions_and_deletes(names: str, tmp_path: Path, database: str) -> None:
    """The files have dates in their names, or numbers; together, one after the other, and the newer one first."""
    if not TRIALS.is_dir():
        pytest.skip("needs the trials (LOADER_TEST_DATA)")
    folder = TRIALS / "02_pubmed_versions_deletes"
    path = "record: /Set/DelCit/Id"
    text = (folder / "mapping.yaml").read_text().replace(path, f"{path}\n    removes: article")
    one, two = (folder / f"{names}{number}.xml" for number in (1, 2))
    for place, loads in enumerate(([[one, two]], [[one], [two]], [[two], [one]])):
        mapping = tmp_path / f"c{place}.yaml"
        mapping.write_text(text.replace("dataset: c02", f"dataset: c{place}"))
        for paths in loads:
            load_here(database, mapping, paths)
        assert query(database, f"select id, version, title from c{place}.article order by id") == [
            (101, 1, "First, corrected"), (102, 2, "Second v2"), (104, 1, "Fourth"),
        ]  # fmt: skip


def test_an_older_file_brings_nothing_into_tables_that_are_empty(tmp_path: Path, database: str) -> None:
    """Without rows, a load would be a replace, which forgets what is deleted."""
    items = Items(tmp_path, database, "items", way="removes", policy="newest")
    items.load(File("20260101", (Change(1, 1, "one"),)))
    items.load(File("20260103", (Change(1, 2),)))
    assert items.rows() == {}
    items.load(File("20260102", (Change(1, 1, "uno"), Change(2, 1, "due"))))
    assert items.rows() == {2: (1, "due")}
