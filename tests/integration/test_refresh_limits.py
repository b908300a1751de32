"""What a refresh deletes, what it refuses to, and what it says."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.errors import DatabaseError
from loader.load import space
from loader.load.finish import finish
from tests.support.running import counted, execute, load, loader, query
from tests.support.working import bring, load_here

MAPPING = """\
dataset: coast
snapshot: '_(\\d{8})'
deletes: delete
entities:
  light:
    record: /dump/light
    key: {id: {path: "@id", type: integer}}
    columns: {name: name}
    children:
      light_colour: {rows: colour, columns: {colour: "."}}
"""
LIGHTS = 20


@pytest.fixture
def coast(tmp_path: Path, database: str) -> Path:
    """A mapping, and in its tables the lights 1 to 20 of January."""
    mapping = tmp_path / "coast.yaml"
    mapping.write_text(MAPPING)
    load_here(database, mapping, [dump(tmp_path, "20260101", range(1, LIGHTS + 1))])
    return mapping


def dump(folder: Path, day: str, lights: Iterable[int], name: str = "lights") -> Path:
    """A dump of that day."""
    path = folder / f"{name}_{day}.xml"
    records = [f"<light id='{n}'><name>n{n}</name><colour>red</colour><colour>white</colour></light>" for n in lights]
    path.write_text("<dump>\n" + "\n".join(records) + "\n</dump>\n")
    return path


def lights(database: str) -> list[int]:
    """What is there, roots and children alike."""
    found = [n for (n,) in query(database, "select id from coast.light order by id")]
    assert found == [n for (n,) in query(database, "select distinct light_id from coast.light_colour order by 1")]
    return found


def test_the_same_data_in_another_order_and_compression_changes_nothing(
    tmp_path: Path, database: str, coast: Path
) -> None:
    other = tmp_path / "other_20260201.xml.gz"
    other.write_bytes(gzip.compress(dump(tmp_path, "20260201", range(LIGHTS, 0, -1)).read_bytes()))
    versions = "select xmin, ctid, * from coast.light order by id"
    before = query(database, versions)

    told = loader("load", coast, other, "-w", 1, "--no-space-check", database=database)

    assert told.code == 0, told
    assert "nothing has changed" in told.out
    assert query(database, versions) == before
    summary = load(database, coast, dump(tmp_path, "20260301", range(2, LIGHTS + 2)))
    assert counted(summary) == {
        "read": LIGHTS, "inserted": 1, "updated": 0, "unchanged": LIGHTS - 1, "duplicate": 0, "rejected": 0,
    }  # fmt: skip
    assert summary["deleted"] == 1
    assert lights(database) == list(range(2, LIGHTS + 2))


def test_a_truncated_dump_deletes_nothing(tmp_path: Path, database: str, coast: Path) -> None:
    cut = dump(tmp_path, "20260201", range(1, LIGHTS + 1))
    cut.write_text(cut.read_text()[: -len("</dump>\n") - 100])

    load(database, coast, cut, code=1)
    assert lights(database) == list(range(1, LIGHTS + 1))
    assert load(database, coast, cut, "--set", "damaged=accept")["deleted"] == 0
    assert lights(database) == list(range(1, LIGHTS + 1))


def test_too_many_deletions_are_refused_until_they_are_allowed(tmp_path: Path, database: str, coast: Path) -> None:
    fewer = dump(tmp_path, "20260201", range(7, LIGHTS + 3))
    arguments = ("load", coast, fewer, "-w", 1, "--no-space-check")
    versions = "select xmin, ctid, * from coast.light order by id"
    before = query(database, versions)

    told = loader(*arguments, database=database)

    assert told.code == 1
    assert f"6 of the {LIGHTS} light records in the tables are not in the new dump" in told.err
    assert "10 %" in told.err
    assert "--allow-deletes" in told.err
    assert "merged before" not in told.err
    assert query(database, versions) == before
    assert loader(*arguments, "--set", "max_delete_pct=29", database=database).code == 1
    assert query(database, versions) == before
    chunks = "select chunk_id, attempt from loader.chunk_attempt order by 1, 2"
    attempts = query(database, chunks)
    summary = load(database, coast, fewer, "--allow-deletes")
    assert (summary["load"], summary["deleted"], summary["inserted"]) == (2, 6, 2)
    assert query(database, chunks) == attempts
    assert lights(database) == list(range(7, LIGHTS + 3))


@pytest.mark.parametrize("damage", ["", "alter table coast.light drop column name"], ids=["", "damaged"])
def test_a_replace_is_limited_even_where_a_merge_deletes_nothing(
    tmp_path: Path, database: str, coast: Path, damage: str
) -> None:
    coast.write_text(MAPPING.replace("deletes: delete\n", ""))
    execute(database, damage or "select 1")
    fewer = dump(tmp_path, "20260201", range(7, LIGHTS + 3))
    number = bring(database, coast, [fewer], mode="replace")
    with connect(database) as connection:
        with pytest.raises(DatabaseError, match=f"6 of the {LIGHTS} light records") as refused:
            finish(connection, database, number, 1, print)
        assert "rows came from lights_20260101.xml: `loader cancel coast` cancels" in str(refused.value)
        assert lights(database) == list(range(1, LIGHTS + 1))
        assert bring(database, coast, [fewer], mode="replace", options={"allow_deletes": True}) == number
        finish(connection, database, number, 1, print)
    assert query(database, f"select deleted from loader.load_entity where load_id = {number}") == [(6,)]
    assert lights(database) == list(range(7, LIGHTS + 3))


def test_a_replace_under_another_mapping_counts_what_it_does_not_bring_again(
    tmp_path: Path, database: str, coast: Path
) -> None:
    """It holds what its files say alone; the files that it lacks are named, before and at the end."""
    other = dump(tmp_path, "20260101", range(3, LIGHTS + 9), "other")
    coast.write_text(MAPPING.replace("deletes: delete\n", "").replace("name: name", "name: name, dark: dark"))
    refused = loader("load", coast, other, database=database)
    files = "from the given files only; rows came from others, too: give also lights_20260101.xml"
    assert (refused.code, files in refused.err) == (2, True)

    arguments = ("load", coast, other, "-w", 1, "--no-space-check", "--replace", "--set", "max_delete_pct=9")
    refused = loader(*arguments, database=database)
    assert (refused.code, f"2 of the {LIGHTS} light records" in refused.err) == (1, True)
    assert "rows came from lights_20260101.xml: `loader cancel coast`" in refused.err
    assert lights(database) == list(range(1, LIGHTS + 1))
    told = load(database, coast, other, "--replace", "--allow-deletes")
    assert (told["deleted"], told["notices"], lights(database)[0]) == (2, [], 3)

    coast.write_text(MAPPING.replace("type: integer", "type: text"))
    told = load(database, coast, dump(tmp_path, "20260201", [1]), "--replace")
    assert (told["deleted"], told["notices"]) == (
        0, ["the key of light has changed, so its deletions are not counted: it had 26 rows, and has 1"],
    )  # fmt: skip


def test_what_is_gone_stays_on_demand(tmp_path: Path, database: str, coast: Path) -> None:
    summary = load(database, coast, dump(tmp_path, "20260201", range(3, LIGHTS + 3)), "--set", "deletes=ignore")
    assert (summary["deleted"], summary["inserted"]) == (0, 2)
    assert lights(database) == list(range(1, LIGHTS + 3))
    assert load(database, coast, dump(tmp_path, "20260301", range(3, LIGHTS + 3)))["deleted"] == 2
    assert lights(database) == list(range(3, LIGHTS + 3))


def test_what_applying_takes_is_said_and_what_cannot_fit_is_refused(
    tmp_path: Path, database: str, coast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dump(tmp_path, "20260201", range(1, LIGHTS + 3))
    load_id = bring(database, coast, [changed])
    with connect(database) as connection:
        monkeypatch.setattr(space, "_free", lambda _: 100)
        with pytest.raises(DatabaseError, match=r"needs about .* MB of disk.* 0\.0 MB left") as refused:
            finish(connection, database, load_id, 1, lambda text: None)
        assert "the same command then continues" in str(refused.value)
        assert query(database, "select state from loader.load where load_id = 2") == [("open",)]
        said: list[str] = []
        finish(connection, database, load_id, 1, said.append, space_matters=False)
    assert any(
        re.fullmatch(r"applying the difference: about [\d.]+ MB of disk and [\d.]+ MB of WAL", text) for text in said
    )
    events = "select message, detail ? 'disk' and detail ? 'wal' from loader.event where kind = 'apply_estimated'"
    assert [
        row for row in query(database, events) if row[0].startswith("applying the difference takes about") and row[1]
    ]
    assert lights(database) == list(range(1, LIGHTS + 3))
    assert query(database, f"select disk from loader.estimate_apply({load_id})") == [(None,)]
