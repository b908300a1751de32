"""Tables of users that inherit from the loader's tables: refused by name, and never touched."""

from __future__ import annotations

import psycopg
import pytest

from loader.database.connect import connect
from loader.errors import LoaderError
from loader.mapping.read import read_dataset
from loader.render.install import repair
from tests.support.history import V1, V2, Tide
from tests.support.running import execute, query
from tests.support.working import bring

HEIRS = """
    create schema mine;
    create table mine.heir (extra text) inherits (tide.row);
    insert into mine.heir (id, name, _source, _record, _hash) select 500, 'own', 1, 9, gen_random_uuid();
    insert into mine.heir (id, name, _source, _record, _hash) select 2, 'own', 1, 9, gen_random_uuid();
    create table mine.item () inherits (tide.row_item);
    insert into mine.item values (1, 2, 'own'), (500, 1, 'own');
    create table mine.change () inherits (tide_history.row_change);
    create table mine.slot partition of tide_stage.row for values in (77);
"""
OWN = "select id::text from mine.heir union all select row_id || '.' || ordinal from mine.item order by 1"
PARTED = """
    alter table mine.heir no inherit tide."row"; alter table mine.item no inherit tide.row_item;
    alter table mine.change no inherit tide_history.row_change;
    alter table tide_stage."row" detach partition mine.slot
"""
CHUNK = {"visibility": "chunk", "history": "off"}


def test_no_command_touches_a_table_that_inherits_from_one_of_the_loaders(tide: Tide) -> None:
    tide.load("20260101", V1)
    execute(tide.database, HEIRS)
    before, own = tide.state(), query(tide.database, OWN)
    refused = {
        "load": lambda: tide.load("20260201", V2),
        "load by chunk": lambda: tide.load("20260201", V2, options=CHUNK),
        "repair": lambda: tide.load("20260101", V1, mode="merge", options={"repair": "mend", "deletes": "ignore"}),
        "replace": lambda: tide.load("20260201", V2, mode="replace"),
        "rollback": lambda: execute(tide.database, "call loader.rollback(1)"),
        "migrate": lambda: _repair(tide),
    }
    for name, act in refused.items():
        with pytest.raises((psycopg.Error, LoaderError)) as error:
            act()
        for line in PARTED.strip().split(";"):
            assert f": {line.strip()}" in str(error.value), name
        assert query(tide.database, "select count(*) from loader.load") == [(1,)]
    with pytest.raises(psycopg.Error, match=r"cannot be dropped|to be dropped") as error:
        execute(tide.database, "select loader.drop_dataset('tide')")
    assert "heir" in str(error.value)
    assert (tide.state(), query(tide.database, OWN)) == (before, own)
    execute(tide.database, PARTED)
    tide.load("20260201", V2)
    assert query(tide.database, OWN) == own


def test_what_begins_to_inherit_while_a_load_is_open_is_not_touched_by_its_next_chunk_nor_by_its_end(
    tide: Tide,
) -> None:
    tide.load("20260101", V1)
    bring(tide.database, tide.mapping, tide.dump("20260201", V2), options=CHUNK)
    execute(tide.database, HEIRS)
    own = query(tide.database, OWN)
    with pytest.raises(psycopg.Error, match="alter table mine"):
        execute(tide.database, "call loader.finish_load(2)")
    with pytest.raises(psycopg.Error, match="alter table mine"):
        execute(tide.database, "select loader.merge_staged(c, 0, '{}') from loader.chunk as c where c.load_id = 2")
    assert query(tide.database, OWN) == own


def _repair(tide: Tide) -> None:
    with connect(tide.database) as connection:
        repair(connection, read_dataset(str(tide.mapping)))
