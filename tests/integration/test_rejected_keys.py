"""A rejected record is not gone: its key keeps the row that has it, whatever the order of loads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.running import execute, loader, query
from tests.support.versions import MAPPING
from tests.support.working import load_here

# What a dump says of a key: a name, that it cannot be read (BAD, not well-formed; ODD, a value that does not fit), or
# nothing (None).
BAD, ODD = "!malformed", "!odd"
TIDE = MAPPING.replace("name: name", "name: {{path: name, pattern: '[a-z]+'}}")


def record(key: int, name: str) -> str:
    if name == BAD:
        return f'<row id="{key}"><name>spoilt</nam></row>\n'
    if name == ODD:
        return f'<row id="{key}"><name>0</name><items><i>x</i></items></row>\n'
    return f'<row id="{key}"><name>{name}</name><items><i>{name}</i><i>b</i></items></row>\n'


class Sea:
    """A dataset of rows with items."""

    def __init__(self, folder: Path, database: str, dataset: str, settings: str) -> None:
        self.folder, self.database, self.dataset = folder, database, dataset
        folder.mkdir(exist_ok=True)
        self.mapping = folder / f"{dataset}.yaml"
        head = TIDE.format(dataset=dataset)
        self.mapping.write_text(f"{head}max_delete_pct: 100\nmax_rejects: 100%\n{settings}")

    def load(self, month: int, says: Sequence[str | None], *extra: str, mode: str = "merge") -> int:
        """Loads the dump of a month, which says something of keys 1 …; the number of the load."""
        return load_here(self.database, self.mapping, [self.dump(month, says, *extra)], chunk_bytes=100, mode=mode)

    def dump(self, month: int, says: Sequence[str | None], *extra: str) -> Path:
        """The dump of a month."""
        body = "".join(record(key, name) for key, name in enumerate(says, start=1) if name is not None)
        path = self.folder / f"tide_2026{month:02}01.xml"
        path.write_text(f"<dump>\n{body}{''.join(extra)}</dump>")
        return path

    def names(self) -> dict[int, str]:
        """Name by key; children follow their root."""
        rows = dict(query(self.database, f"select id, name from {self.dataset}.row"))
        items = query(
            self.database,
            f"select row_id, array_agg(text order by ordinal) from {self.dataset}.row_item group by row_id",
        )
        assert dict(items) == {key: [name, "b"] for key, name in rows.items()}
        return rows

    def told(self) -> tuple[int, ...]:
        """Of the last load: read, rejected, without_key, deleted, kept."""
        return query(
            self.database,
            "select read, rejected, without_key, deleted, kept from loader.load_entity order by load_id desc limit 1",
        )[0]


def test_a_rejected_record_keeps_its_row(tmp_path: Path, database: str) -> None:
    sea = Sea(tmp_path, database, "tide", "deletes: delete\nhistory: on\n")
    sea.load(1, ["ebb", "flood", "slack", "neap", "calm"])
    load_id = sea.load(2, ["ebb", BAD, ODD, None, "calm"])

    assert sea.names() == {1: "ebb", 2: "flood", 3: "slack", 5: "calm"}
    assert sea.told() == (4, 2, 0, 1, 2)
    assert query(database, "select record, key from loader.reject order by 1") == [(2, {"id": 2}), (3, {"id": 3})]
    assert query(database, f"select id, op from tide_history.row_change where load_id = {load_id}") == [(4, "delete")]
    sea.load(3, [None, None, "surge", None, "calm"])
    assert sea.names() == {3: "surge", 5: "calm"}, "what a later dump does not hold is gone"


ORDERS = list(permutations(range(3)))
LATE_ORDERS = [(0, 2, 1), (2, 0, 1), (2, 1, 0)]  # in which something older comes behind something newer, twice or once
SCENARIOS: tuple[tuple[tuple[str | None, ...], str | None], ...] = (
    (("jan", "feb", BAD), "feb"),
    (("jan", None, BAD), None),
    (("jan", BAD, BAD), "jan"),
    (("jan", BAD, None), None),
    (("jan", ODD, "mar"), "mar"),
    ((BAD, "feb", ODD), "feb"),
    ((None, "feb", BAD), "feb"),
    (("jan", "jan", BAD), "jan"),
    (("jan", BAD, "jan"), "jan"),
    ((BAD, None, BAD), None),
    (("feb", "jan", "feb"), "feb"),
)


@pytest.mark.parametrize(("visibility", "orders"), [("load", ORDERS), ("chunk", LATE_ORDERS)], ids=["load", "chunk"])
def test_whatever_the_order_of_months(
    tmp_path: Path, database: str, visibility: str, orders: Sequence[tuple[int, ...]]
) -> None:
    """The newest dump that could read the record of a key, or that lacks it, decides."""
    found = {}
    for number, order in enumerate(orders):
        sea = Sea(tmp_path, database, f"tide{number}", f"visibility: {visibility}\ndeletes: delete\n")
        for month in order:
            sea.load(month + 1, [says[month] for says, _ in SCENARIOS])
        found[order] = sea.names()

    expected = {key: name for key, (_, name) in enumerate(SCENARIOS, start=1) if name is not None}
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize(("policy", "history"), [("fill", "off"), ("keep_all", "on")])
def test_so_do_policies_that_keep_versions(tmp_path: Path, database: str, policy: str, history: str) -> None:
    """What each issue says of a key counts, unless a newer dump could read it or lacks it."""
    found = {}
    for number, order in enumerate(LATE_ORDERS):
        sea = Sea(tmp_path, database, f"tide{number}", f"history: {history}\ndeletes: delete\n")
        sea.mapping.write_text(sea.mapping.read_text().replace("  row:\n", f"  row:\n    policy: {policy}\n"))
        for month in order:
            sea.load(month + 1, [says[month] for says, _ in SCENARIOS])
        found[order] = sea.names()

    expected = {key: name for key, (_, name) in enumerate(SCENARIOS, start=1) if name is not None}
    assert found == dict.fromkeys(found, expected)


def test_marks(tmp_path: Path, database: str) -> None:
    sea = Sea(tmp_path, database, "tide", "deletes: mark\n")
    sea.load(1, ["ebb", "flood", "slack"])
    sea.load(2, ["ebb", BAD, None])
    marked = "select id, _gone_since::text from tide.row order by id"
    assert query(database, marked) == [(1, None), (2, None), (3, "2026-02-01")]
    sea.load(3, ["ebb", "flood", BAD])
    assert query(database, marked) == [(1, None), (2, None), (3, "2026-02-01")], "it says nothing of the third"
    sea.load(4, ["ebb", "flood", BAD], mode="replace")
    assert query(database, marked) == [(1, None), (2, None), (3, "2026-02-01")]
    assert sea.names() == {1: "ebb", 2: "flood", 3: "slack"}


@pytest.mark.parametrize("history", ["on", "off"])
def test_a_replace_carries_the_rows(tmp_path: Path, database: str, history: str) -> None:
    sea = Sea(tmp_path, database, "tide", f"deletes: delete\nhistory: {history}\n")
    sea.load(1, ["ebb", "flood", "slack", "neap"])
    load_id = sea.load(2, ["surge", BAD, ODD, None, "new"], mode="replace")

    assert sea.names() == {1: "surge", 2: "flood", 3: "slack", 5: "new"}
    assert sea.told() == (4, 2, 0, 1, 2)
    changed = f"select id, op from tide_history.row_change where load_id = {load_id} and op <> 'same' order by id"
    assert query(database, changed) == [(1, "update"), (4, "delete"), (5, "insert")]
    assert query(database, "select distinct s.load_id from tide.row join loader.source s on source_id = _source") == [
        (1,), (2,),
    ]  # fmt: skip
    sea.load(3, [None, "mended", None, None, "new"])
    assert sea.names() == {2: "mended", 5: "new"}


@pytest.mark.parametrize("history", ["on", "off"])
def test_a_replace_carries_what_later_dumps_have_confirmed(tmp_path: Path, database: str, history: str) -> None:
    """A dump dated in between, that comes late, changes nothing of it, as it changes nothing without a replace."""
    sea = Sea(tmp_path, database, "tide", f"deletes: ignore\nhistory: {history}\n")
    sea.load(1, ["ebb", "flood", "slack"])
    sea.load(3, ["ebb", "flood", "surge"])
    last = sea.load(4, [BAD, ODD, "neap"], mode="replace")
    sea.load(2, ["late", "late", "late"])
    assert sea.names() == {1: "ebb", 2: "flood", 3: "neap"}
    if history == "on":
        execute(database, f"call loader.rollback({last + 1})")
        execute(database, f"call loader.rollback({last})")
        assert sea.names() == {1: "ebb", 2: "flood", 3: "surge"}
        sea.load(2, ["late", "late", "late"])
        assert sea.names() == {1: "ebb", 2: "flood", 3: "surge"}


@pytest.mark.parametrize("policy", ["newest", "fill"])
def test_so_does_a_replace_by_an_older_dump(tmp_path: Path, database: str, policy: str) -> None:
    sea = Sea(tmp_path, database, "tide", "")
    sea.mapping.write_text(sea.mapping.read_text().replace("  row:\n", f"  row:\n    policy: {policy}\n"))
    sea.load(3, ["ebb", "flood", "slack"])
    sea.load(1, ["surge", BAD], mode="replace")

    assert sea.names() == {1: "surge", 2: "flood"}
    assert sea.told() == (2, 1, 0, 1, 1)


def test_a_key_may_be_of_another_type_under_another_mapping(tmp_path: Path, database: str) -> None:
    """The policy looks at the rejects of all loads."""
    sea = Sea(tmp_path, database, "tide", "deletes: delete\n")
    given = sea.mapping.read_text().replace("    children:", "    policy: fill\n    children:")
    sea.mapping.write_text(given.replace("type: integer", "type: text"))
    sea.load(3, ["ebb"], '<row id="x"><name>0</name></row>')
    assert query(database, "select key from loader.reject") == [({"id": "x"},)]
    sea.mapping.write_text(given)
    sea.load(4, ["ebb"], mode="replace")
    sea.load(2, ["late", "late"])
    sea.load(5, ["ebb", ODD])
    assert sea.names() == {1: "ebb"}


def test_a_good_record_of_the_key_counts_for_all(tmp_path: Path, database: str) -> None:
    again = record(2, "good")
    for mode in ("merge", "replace"):
        sea = Sea(tmp_path, database, f"tide_{mode}", "deletes: delete\n")
        sea.load(1, ["ebb", "flood", "slack"])
        sea.load(2, ["ebb", BAD, "slack"], again, mode=mode)
        assert sea.names() == {1: "ebb", 2: "good", 3: "slack"}
        assert sea.told()[-1] == 0


def test_a_key_that_cannot_be_read_is_said(tmp_path: Path, database: str) -> None:
    sea = Sea(tmp_path, database, "tide", "deletes: delete\n")
    sea.load(1, ["ebb", "flood", "slack", "neap"])
    sea.load(2, ["ebb", None, None, None], '<row id="two"><name>flood</name></row>', "<row><name>slack</name></row>")
    assert sea.names() == {1: "ebb"}
    assert sea.told() == (3, 2, 2, 3, 0)


def test_records_that_no_engine_takes_are_known_all_the_same(tmp_path: Path, database: str) -> None:
    """By an element or an attribute that stands where it should, in a namespace, in a record that is too large."""
    sea = Sea(tmp_path, database, "tide", "deletes: delete\n")
    sea.load(1, ["ebb", "flood", "slack", "neap", "calm"])
    file = sea.dump(
        2, ["ebb"],
        '<row id="2"><name>a</name><name>b</name></row>',  # twice
        f'<row id="3"><name>{"a" * 3000}</name></row>',  # too large
        f'<row id="4">{"<i/>" * 300}</row>',  # too many tags
        '<row id=" 5 "><name>a</name><name>b</name></row>',  # which only an engine reads
    )  # fmt: skip
    arguments = ("--merge", "-w", 1, "--no-space-check", "--set", "max_record=2KB", "--set", "unmapped=report")

    told = loader("load", sea.mapping, file, *arguments, database=database)

    assert told.code == 3, told
    reasons = "select record, reason, key ->> 'id' from loader.reject order by 1"
    assert query(database, reasons) == [
        (2, "repeated", "2"), (3, "too_large", "3"), (4, "too_large", "4"), (5, "repeated", "5"),
    ]  # fmt: skip
    assert sea.names() == {1: "ebb", 2: "flood", 3: "slack", 4: "neap", 5: "calm"}


def test_what_people_are_told(tmp_path: Path, database: str) -> None:
    sea = Sea(tmp_path, database, "tide", "deletes: delete\n")
    sea.load(1, ["ebb", "flood", "slack", "neap"])
    file = sea.dump(2, ["ebb", BAD, None, None], "<row><name>slack</name></row>")
    arguments = ("load", sea.mapping, file, "--merge", "-w", 1, "--no-space-check")

    told = loader(*arguments, "--set", "max_delete_pct=10", database=database)
    assert told.code == 1
    assert "2 of the 4 row records in the tables are not in the new dump" in told.err
    assert "1 of them may be records that were rejected and whose keys cannot be read" in told.err

    told = loader(*arguments, "--allow-deletes", database=database)
    assert told.code == 3, told
    note = "note: 1 of the 2 deleted row records may be records that were rejected and whose keys cannot be read"
    assert note in told.out
    assert told.out.splitlines()[-1] == (
        "2 of 3 row records were rejected; 1 row stays as it was, the other one is missing: loader rejects list tide"
    )
    assert sea.names() == {1: "ebb", 2: "flood"}


def test_a_replayed_record_decides_as_if_it_had_been_good(tmp_path: Path, database: str) -> None:
    """Older dumps that come after it change nothing of its key, whatever the policy."""
    for policy in ("newest", "fill"):
        sea = Sea(tmp_path, database, f"tide_{policy}", "deletes: delete\n")
        sea.mapping.write_text(sea.mapping.read_text().replace("  row:\n", f"  row:\n    policy: {policy}\n"))
        sea.load(1, ["ebb", "flood"])
        sea.load(3, ["ebb", BAD])
        exported = loader("rejects", "export", sea.mapping, database=database)
        mended = exported.out.replace("</nam>", "</name><items><i>spoilt</i><i>b</i></items>")
        told = loader("rejects", "replay", sea.mapping, "-", database=database, given=mended)
        assert told.code == 0, told
        assert sea.names()[2] == "spoilt"
        sea.load(2, ["ebb", "late"])
        assert sea.names() == {1: "ebb", 2: "spoilt"}
        sea.load(4, ["ebb", None])
        assert sea.names() == {1: "ebb"}


def test_a_replace_of_what_several_sources_say(tmp_path: Path, database: str) -> None:
    """Older versions of a rejected key count on, behind a replace, too."""
    sea = Sea(tmp_path, database, "tide", "deletes: delete\n")
    sea.mapping.write_text(sea.mapping.read_text().replace("  row:\n", "  row:\n    policy: fill\n"))
    sea.load(1, ["ebb", "flood", "slack"])
    sea.load(3, ["ebb", BAD, "new"], mode="replace")
    assert (sea.names(), sea.told()) == ({1: "ebb", 2: "flood", 3: "new"}, (3, 1, 0, 0, 1))
    sea.load(2, ["late", "late", "late"])
    assert sea.names() == {1: "ebb", 2: "late", 3: "new"}
    sea.load(4, ["ebb", BAD, "new"])
    assert sea.names() == {1: "ebb", 2: "late", 3: "new"}
    sea.load(5, ["ebb", None, "new"])
    assert sea.names() == {1: "ebb", 3: "new"}


def test_records_without_a_key_of_their_own(tmp_path: Path, database: str) -> None:
    """They are known by their number, which a malformed one has, too."""
    for mode in ("merge", "replace"):
        sea = Sea(tmp_path, database, f"tide_{mode}", "")
        text = sea.mapping.read_text().replace('{id: {path: "@id", type: integer}}', "generated")
        sea.mapping.write_text(text)
        sea.load(1, ["ebb", "flood", "slack"])
        sea.load(2, ["ebb", BAD, "new"], mode=mode)
        names = query(database, f"select name from tide_{mode}.row order by record_id & 1023")
        assert names == [("ebb",), ("flood",), ("new",)]
        assert sea.told() == (3, 1, 0, 0, 1)


def test_a_rollback(tmp_path: Path, database: str) -> None:
    sea = Sea(tmp_path, database, "tide", "deletes: delete\nhistory: on\n")
    sea.load(1, ["ebb", "flood"])
    load_id = sea.load(3, ["ebb", BAD])
    execute(database, f"call loader.rollback({load_id})")
    assert sea.names() == {1: "ebb", 2: "flood"}
    sea.load(2, ["ebb", None])
    assert sea.names() == {1: "ebb"}, "a load that was taken back has rejected nothing"


def test_a_replace_under_another_mapping_says_what_it_does_not_keep(tmp_path: Path, database: str) -> None:
    """Rows of rejected records, and a table that the mapping does not have any more."""
    sea = Sea(tmp_path, database, "tide", "")
    sea.load(1, ["ebb", "flood"])
    text = sea.mapping.read_text()
    sea.mapping.write_text(text[: text.index("    children:")] + text[text.index("max_delete_pct") :])
    file = sea.dump(2, ["ebb", BAD])
    told = loader("load", sea.mapping, file, "--replace", "-w", 1, "--no-space-check", database=database)

    assert told.code == 3
    assert [line for line in told.out.splitlines() if line.startswith("note")] == [
        "note: the mapping has changed, so the previous rows of rejected records do not stay: up to 1 of row",
        "note: tide.row_item is no longer in the mapping, and stays as it was: drop table tide.row_item removes it",
    ]
    execute(database, "drop table tide.row_item")
    sea.load(3, ["ebb", "flood"], mode="replace")
    kinds = "select load_id, kind from loader.event where kind in ('table_left', 'rejected_not_kept') order by event_id"
    assert query(database, kinds) == [(2, "rejected_not_kept"), (2, "table_left")]
