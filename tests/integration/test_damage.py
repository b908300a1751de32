"""What a DBA drops or alters is made again where it is the loader's, and refused by name where data are concerned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.errors import DatabaseError
from loader.mapping.read import read_dataset
from loader.render.install import install, repair
from tests.support.history import HISTORY, V1, V2, Tide
from tests.support.running import execute, loader, query
from tests.support.server import fresh_database
from tests.support.working import bring

MAPPING = HISTORY.replace("    columns: {{name: name}}\n", "    columns: {{name: name}}\n    indexes: [name]\n")

# Damage to the tables, and what is said of it: nothing of the loader's own can bring the first ones back.
REFUSED = {
    "alter table tide.row rename column name to title":
        'tide."row".name: the column is missing, perhaps renamed: alter table tide."row" rename column title to name; '
        'if that is another one, comment on column tide."row".title is null',
    "alter table tide.row_item rename column ordinal to place":
        "tide.row_item.ordinal: the column is missing, perhaps renamed: alter table tide.row_item rename column place",
    "alter table tide.row rename column name to title; comment on column tide.row.title is null":
        'tide."row".name: the column is missing',
    "alter table tide.row drop column _source": 'tide."row"._source: the column is missing: load with --replace',
    "alter table tide.row drop column id cascade": 'tide."row".id: the column of the key is missing: rename the table',
    "alter table tide.row alter column name type varchar(50)":
        'tide."row".name: the column has another type, character varying(50): alter table tide."row"',
    "alter table tide.row drop name; alter table tide.row add name text":
        "tide.\"row\".name: the column has no comment, like one that was created again: if its values are complete, "
        "comment on column tide.\"row\".name is 'From name'; if not, a repair adds it",
    "alter table tide.row drop name; alter table tide.row add name text; comment on column tide.row.name is 'mine'":
        "tide.\"row\".name: the column has another comment, and another place, like one that was created again",
    "alter schema tide rename to flood":
        'tide."row": the table is missing, perhaps with its schema renamed: alter schema flood rename to tide; '
        'if that is another one, comment on constraint row_pkey on flood."row" is null',
    "create schema flood; alter table tide.row_item set schema flood":
        "tide.row_item: the table is missing, perhaps moved: alter table flood.row_item set schema tide",
    "alter table tide.row drop _source; alter table tide.row add _source integer not null default 1":
        "tide.\"row\"._source: the column has no comment, like one that was created again: if its values are complete, "
        "comment on column tide.\"row\"._source is 'loader.source that the row came from'; if not, load with --replace",
    "alter table tide.row_item rename to row_things":
        "tide.row_item: the table is missing, perhaps renamed: alter table tide.row_things rename to row_item",
    "drop table tide.row_item": "tide.row_item: the table is missing",
    "drop schema tide cascade": 'tide."row": the table is missing',
    "drop table tide.row_item; create view tide.row_item as select 1 as one":
        "tide.row_item: something that is no table",
    "alter table tide.row drop constraint row_pkey": 'tide."row": the comment on its key',
    "comment on constraint row_pkey on tide.row is null": 'tide."row": the comment on its key',
    "alter table tide.row add mine integer not null default 1; alter table tide.row alter mine drop default":
        'tide."row".mine: the loader does not know this column, which must have a value',
    # Only ICU has such collations, and not every server has ICU.
    "create collation public.ci (provider = libc, locale = 'C'); "
    "alter table tide.row_item alter text type text collate public.ci; "
    "update pg_collation set collisdeterministic = false where collname = 'ci'":
        "tide.row_item.text: the column has a collation by which different values are equal, public.ci: alter table",
}  # fmt: skip
REMADE = (
    "drop schema tide_stage cascade",
    "drop procedure tide_stage.resolve_row",
    "drop table tide_stage.row_text",
    "alter table tide_stage.row_item drop column text",
    "drop schema tide_history cascade",
    "alter table tide_history.row_change drop column hash_after cascade",
    "create or replace procedure tide_stage.create_target() language sql as 'select 1'",
)
CONTROL = (
    "drop routine loader.merge_chunk",
    "drop function loader.list_damage",
    "drop view loader.load_status cascade",
)
OURS = "'Table of the dataset tide, made by the loader.'"
MENDED = {
    "columns": "alter table tide.row_item drop column text; alter table tide.row drop column _hash; "
    "alter table tide.row drop name; alter table tide.row add name text",
    "table": "drop table tide.row_item; drop index tide.row_name_idx",
    "key": "alter table tide.row drop constraint row_pkey; "
    "comment on constraint row_item_pkey on tide.row_item is null; "
    f"comment on table tide.row is {OURS}; comment on table tide.row_item is {OURS}",
    "given back": "drop table tide.row_item; create table tide.row_item "
    "(row_id integer, ordinal integer, text text, primary key (row_id, ordinal)); "
    f"comment on table tide.row_item is {OURS}",
    "commented": "alter table tide.row drop name; alter table tide.row add name text; "
    "comment on column tide.row.name is 'mine'",
    "comments": "comment on table tide_stage.row_decision is null; "
    "comment on procedure tide_stage.create_target() is null",
}
REORDERED = """
    alter table tide.row add n text; update tide.row set n = name; alter table tide.row drop name;
    alter table tide.row rename n to name;
    alter table tide.row add h uuid; update tide.row set h = _hash; alter table tide.row drop _hash;
    alter table tide.row rename h to _hash; alter table tide.row alter _hash set not null;
    alter table tide.row_item add o integer; update tide.row_item set o = ordinal;
    create table stamp as select obj_description('tide.row_item_pkey'::regclass) as text;
    alter table tide.row_item drop ordinal cascade; alter table tide.row_item rename o to ordinal;
    alter table tide.row_item add constraint row_item_pkey primary key (row_id, ordinal);
    comment on constraint row_item_pkey on tide.row_item is 'Table of the dataset tide, made by the loader.';
    do $$ begin
        execute format('comment on index tide.row_item_pkey is %L', (select text from stamp));
        drop table stamp;
    end $$;
    comment on column tide.row.name is 'From name'; comment on column tide.row._hash is 'mine'
"""


@pytest.fixture(scope="module")
def loaded(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    with fresh_database(server) as url:
        tide = Tide(tmp_path_factory.mktemp("tide"), url, MAPPING)
        tide.load("20260101", V1)
        yield tide


@pytest.fixture(scope="module")
def after(server: str, loaded: Tide) -> list[tuple[object, ...]]:
    """Checksums after the second month, undisturbed."""
    with fresh_database(server, loaded.database) as url:
        tide = Tide(loaded.folder, url, MAPPING)
        tide.load("20260201", V2)
        return tide.checksums()


@pytest.fixture
def tide(server: str, loaded: Tide) -> Iterator[Tide]:
    """The first month loaded, in a database of this test's own."""
    with fresh_database(server, loaded.database) as url:
        yield Tide(loaded.folder, url, MAPPING)


def test_each_damage_to_the_tables_is_told_by_name(loaded: Tide) -> None:
    with connect(loaded.database) as connection:
        assert connection.execute("select * from loader.list_damage('tide')").fetchall() == []
        for damage, said in REFUSED.items():
            with connection.transaction(force_rollback=True):
                connection.execute(damage.encode())
                found = connection.execute("select object || ': ' || what, blocks from loader.list_damage('tide')")
                told, blocks = found.fetchall()[0]
                assert told.startswith(said)
                assert blocks


def test_a_load_into_altered_tables_is_refused_before_it_begins_and_says_the_way_out(tide: Tide) -> None:
    execute(tide.database, "alter table tide.row rename column name to title")
    told = r'perhaps renamed: alter table tide."row" rename column title to name; .* is null\n  undo what is listed'
    with pytest.raises(DatabaseError, match=told):
        tide.load("20260201", V2)
    assert query(tide.database, "select count(*) from loader.load") == [(1,)]
    execute(tide.database, "alter table tide.row rename column title to name")
    tide.load("20260201", V2)


def test_staging_and_routines_are_made_again_by_the_next_load(tide: Tide, after: list[tuple[object, ...]]) -> None:
    dataset = read_dataset(tide.mapping)
    with connect(tide.database) as connection:
        assert not install(connection, dataset)
        for damage in REMADE:
            connection.execute(damage.encode())
            assert install(connection, dataset), damage
            assert not install(connection, dataset), damage
        for damage in CONTROL:
            connection.execute(damage.encode())
            assert migrate(connection) == ["replaced the routines"], damage
            assert migrate(connection) == []
    execute(tide.database, REMADE[0])
    tide.load("20260201", V2)
    assert tide.checksums() == after
    assert ("staging_remade",) in query(tide.database, "select kind from loader.event where level = 'warning'")


@pytest.mark.parametrize("damage", MENDED)
def test_what_repair_makes_again_is_filled_by_the_next_load(
    tide: Tide, after: list[tuple[object, ...]], damage: str
) -> None:
    execute(tide.database, MENDED[damage])
    with pytest.raises(DatabaseError, match="migrate tide --repair"):
        tide.load("20260201", V2)
    with connect(tide.database) as connection:
        repair(connection, read_dataset(tide.mapping))
        assert connection.execute("select * from loader.list_damage('tide')").fetchall() == []
    tide.load("20260201", V2)
    assert tide.checksums() == after


@pytest.mark.parametrize("mode", ["load", "chunk"])
def test_the_very_dump_that_rows_came_from_fills_them_again(tide: Tide, mode: str) -> None:
    before = tide.checksums()
    execute(tide.database, MENDED["columns"])
    with connect(tide.database) as connection:
        repair(connection, read_dataset(tide.mapping))
    tide.load("20260101", V1, options={"visibility": mode, "history": "on" if mode == "load" else "off"})
    assert tide.checksums() == before
    assert "rows have lost values since" in tide.rollback(1)
    with pytest.raises(psycopg.Error, match="the state after load 1 is unknown"):
        tide.as_of(1)
    if mode == "load":
        assert "it has written values again that were lost before it" in tide.rollback(2)
        assert tide.as_of(2)[1] == tide.state()[1]


def test_another_index_under_the_name_of_one_of_the_mapping_is_a_users(tide: Tide) -> None:
    uncarried = "select u from loader.list_uncarried(array['tide.row'::regclass::oid]) as u"
    execute(tide.database, "drop index tide.row_name_idx; create index row_name_idx on tide.row (name)")
    execute(tide.database, "alter index tide.row_name_idx set (fillfactor = 55)")
    assert query(tide.database, uncarried) == []
    execute(tide.database, "drop index tide.row_name_idx; create index row_name_idx on tide.row (name desc)")
    assert query(tide.database, uncarried) == [("index tide.row_name_idx",)]
    execute(tide.database, "drop index tide.row_name_idx; create unique index row_name_idx on tide.row (id, name)")
    assert query(tide.database, uncarried) == [("index tide.row_name_idx",)]
    with pytest.raises(psycopg.Error, match="cannot be published"):
        tide.load("20260201", V2, mode="replace")


def test_the_command_mends_all_datasets_and_says_what(tide: Tide) -> None:
    execute(tide.database, "alter table tide.row_item drop column text; drop index tide.row_name_idx")
    told = loader("migrate", "--repair", database=tide.database)
    assert told.code == 0, told
    assert told.out.splitlines() == [
        "replaced the routines",
        "installed the procedures of tide",
        "repaired tide.row_item.text: the column is missing",
        'repaired tide."row": the index row_name_idx is missing',
    ]
    assert loader("migrate", database=tide.database).out == "everything is up to date\n"


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        (
            "drop table tide.row_item; create table tide.row_item (row_id integer, text text)",
            "ordinal: the column of the",
        ),
        ("drop table tide.row_item; create view tide.row_item as select 1 as one", "something that is no table"),
        (
            "drop table tide.row_item; create table tide.row_item "
            "(row_id integer, ordinal integer, text text, mine integer, primary key (row_id, ordinal))",
            "row_item",
        ),
        (
            "drop table tide.row_item; create table tide.row_item "
            "(row_id integer, ordinal integer, text text, primary key (row_id, ordinal))",
            f"comment on table tide.row_item is {OURS}; if not, rename it",
        ),
        ("alter table tide.row_item rename to mine", "perhaps renamed"),
    ],
)
def test_repair_takes_over_nothing_that_somebody_else_made(tide: Tide, mine: str, said: str) -> None:
    execute(tide.database, mine)
    before = query(
        tide.database, "select oid::regclass::text, relkind from pg_class where relnamespace = 'tide'::regnamespace"
    )
    with connect(tide.database) as connection, pytest.raises(DatabaseError, match=said):
        repair(connection, read_dataset(tide.mapping))
    found = "select oid::regclass::text, relkind from pg_class where relnamespace = 'tide'::regnamespace"
    assert query(tide.database, found) == before


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_another_order_of_columns_changes_nothing(tide: Tide, after: list[tuple[object, ...]], mode: str) -> None:
    before = tide.checksums()
    execute(tide.database, REORDERED)
    tide.load("20260201", V2, mode=mode)
    assert tide.checksums() == after
    if mode == "merge":
        assert tide.rollback(2) == ""
        assert tide.checksums() == before


def test_tables_that_cannot_be_compared_any_more_can_be_replaced(tide: Tide, after: list[tuple[object, ...]]) -> None:
    execute(tide.database, "alter table tide.row drop column _source; drop table tide.row_item")
    tide.load("20260201", V2, mode="replace")
    assert tide.checksums() == after


def test_an_open_load_that_has_lost_its_staging_is_refused_with_the_way_out(tide: Tide, tmp_path: Path) -> None:
    dump = tide.dump("20260201", V2)
    bring(tide.database, tide.mapping, dump)
    execute(tide.database, "alter table tide.row drop column name")
    with pytest.raises(DatabaseError, match=r"a load of tide is open\n  let it finish, or .*: loader cancel tide"):
        repair_here(tide)
    execute(tide.database, "drop table tide_stage.row_key_log")
    with pytest.raises(DatabaseError, match=r"staging tables of tide, which load 2 needs\n  .*loader cancel tide"):
        bring(tide.database, tide.mapping, dump)
    execute(tide.database, "select loader.cancel_load(2)")
    repair_here(tide)
    tide.load("20260201", V2)


def repair_here(tide: Tide) -> None:
    with connect(tide.database) as connection:
        repair(connection, read_dataset(tide.mapping))


def test_marks_that_somebody_has_taken_away_come_back_and_nothing_of_ours_is_left(tide: Tide) -> None:
    """Of the control schema with the next migration, of companions with a repair, or when the dataset is dropped."""
    execute(tide.database, "comment on table loader.load is null; comment on column loader.load.mode is null")
    with connect(tide.database) as connection:
        migrate(connection, anew=True)
    assert query(tide.database, "select f from loader.foreign_objects() as f where f like '%loader.%'") == []
    execute(
        tide.database,
        "comment on table tide_stage.row_decision is null; comment on view tide_history.changes is null; "
        "comment on function tide_history.row_as_of(bigint) is null",
    )

    assert loader("drop", "tide", "--yes", database=tide.database).code == 0

    assert query(tide.database, "select loader.list_remaining('tide')") == []
