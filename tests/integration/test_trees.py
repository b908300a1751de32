"""Recursive tables through whole loads: first ones, refreshes, history, rollback, repair, policies and references."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.integration.test_paths import tried
from tests.support.running import execute, loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: wood
snapshot: '_(\\d{8})'
SETTINGS
entities:
  tree:
    record: /wood/tree
    key: {id: {path: "@id", type: integer}}
    policy: POLICY
    ignore: [/wood/info]
    children:
      tree_node:
        rows: node
        recursive: in/node
        columns: {name: {path: "@name", type: integer}}
        check: name is distinct from 13
        children:
          tree_leaf: {rows: leaf, columns: {leaf: {path: ., type: integer}}}
"""
NODES = "select tree_id, ordinal, parent_ordinal, depth, name from wood.tree_node order by 1, 2"
LEAVES = "select tree_id, node_ordinal, ordinal, leaf from wood.tree_leaf order by 1, 2, 3"
Row = tuple[object, ...]


class Wood:
    """A dump with random trees, and the rows that it has."""

    def __init__(self, seed: int, trees: range) -> None:
        self._chance = random.Random(seed)
        self.nodes: list[Row] = []
        self.leaves: list[Row] = []
        self.text = f"<wood>{''.join(self._tree(number) for number in trees)}</wood>"

    def _tree(self, number: int) -> str:
        self._number, self._ordinal = number, 0
        nodes = [self._node(None, 1) for _ in range(self._chance.randrange(1, 4))]
        return f"<tree id='{number}'>{''.join(nodes)}</tree>\n"

    def _node(self, parent: int | None, depth: int) -> str:
        self._ordinal += 1
        ordinal, name = self._ordinal, self._chance.randrange(5)
        self.nodes.append((self._number, ordinal, parent, depth, name))
        leaves = range(self._chance.randrange(3))
        self.leaves += [(self._number, ordinal, place + 1, place) for place in leaves]
        inside = "".join(self._node(ordinal, depth + 1) for _ in range(self._chance.randrange(3) if depth < 6 else 0))
        return f"<node name='{name}'>{''.join(f'<leaf>{each}</leaf>' for each in leaves)}<in>{inside}</in></node>"


def dump(folder: Path, day: str, wood: Wood) -> Path:
    (path := folder / f"wood_{day}.xml").write_text(wood.text)
    return path


def assert_is(database: str, wood: Wood) -> None:
    assert query(database, NODES) == wood.nodes
    assert query(database, LEAVES) == wood.leaves


def mapped(folder: Path, settings: str = "", policy: str = "newest") -> Path:
    (path := folder / "wood.yaml").write_text(MAPPING.replace("SETTINGS", settings).replace("POLICY", policy))
    return path


@pytest.fixture(params=["0", "1"])
def staged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADER_STAGE_ALL", request.param)


@pytest.mark.usefixtures("staged")
def test_a_refresh_gives_the_rows_of_a_first_load_and_can_be_undone(tmp_path: Path, database: str) -> None:
    mapping = mapped(tmp_path, "history: on\nforeign_keys: enforce\ndeletes: delete\nmax_delete_pct: 100")
    first, second = Wood(1, range(1, 30)), Wood(2, range(5, 34))

    load_here(database, mapping, [dump(tmp_path, "20260101", first)])
    assert_is(database, first)
    keys = query(
        database,
        "select conname from pg_constraint where contype = 'f' and conrelid = confrelid and "
        "conrelid = 'wood.tree_node'::regclass",
    )
    assert len(keys) == 1
    load_here(database, mapping, [dump(tmp_path, "20260201", second)], chunk_bytes=1000)
    assert_is(database, second)
    assert query(database, NODES.replace("wood.tree_node", "wood_history.tree_node_as_of(1)")) == first.nodes
    load_here(database, mapping, [tmp_path / "wood_20260201.xml"], chunk_bytes=200)
    assert query(database, "select inserted + updated from loader.load order by load_id desc limit 1") == [(0,)]

    for number in (3, 2):
        told = loader("rollback", number, "--yes", database=database)
        assert told.code == 0, told
    assert_is(database, first)


def test_altered_rows_of_a_tree_are_repaired(tmp_path: Path, database: str) -> None:
    mapping, wood = mapped(tmp_path), Wood(3, range(1, 10))
    load_here(database, mapping, [dump(tmp_path, "20260101", wood)])
    execute(database, "update wood.tree_node set parent_ordinal = null; delete from wood.tree_node where depth = 2")

    told = loader("repair", mapping, tmp_path / "wood_20260101.xml", database=database)

    assert told.code == 0, told
    assert_is(database, wood)


@pytest.mark.parametrize(("policy", "settings"), [("keep_all", ""), ("newest", "visibility: chunk")])
def test_a_tree_is_that_of_one_version(policy: str, settings: str, tmp_path: Path, database: str) -> None:
    mapping, older, newer = mapped(tmp_path, settings, policy), Wood(4, range(1, 10)), Wood(5, range(1, 10))
    for day, wood in (("20260201", newer), ("20260101", older)):
        load_here(database, mapping, [dump(tmp_path, day, wood)], chunk_bytes=500)
    assert_is(database, newer)


def test_a_bad_value_anywhere_in_a_tree_rejects_its_record(tmp_path: Path, database: str) -> None:
    mapping, wood = mapped(tmp_path, "max_rejects: 10"), Wood(6, range(1, 4))
    bad = "".join(
        f"<tree id='{number}'><node name='1'><in><node name='{name}'/></in></node></tree>"
        for number, name in ((8, "x"), (9, "13"))
    )
    wood.text = wood.text.replace("</wood>", f"{bad}<info a='1'><b/></info></wood>")
    load_here(database, mapping, [dump(tmp_path, "20260101", wood)])
    assert_is(database, wood)
    rejects = "select reason, table_name, column_name from loader.reject order by record"
    assert query(database, rejects) == [("type", "tree_node", "name"), ("check", "tree_node", None)]
    assert query(database, "select kind from loader.load_gap") == []
    assert query(database, "select path from loader.unmapped") == [], "what is outside of the records can be ignored"


def test_trial_recursive_groups(tmp_path: Path, database: str) -> None:
    mapping = """\
dataset: shop
snapshot: cat_(\\d{4}-\\d{2}-\\d{2})
entities:
  grp:
    record: /Shop/Tree/Group
    key: {id: Id}
    children:
      grp_node: {rows: ., recursive: Groups/Group, columns: {id: Id, name: Name}}
"""
    tried(tmp_path, database, "07_recursive_groups", mapping)
    rows = query(
        database,
        "select n.id, p.id, n.depth from shop.grp_node as n left join shop.grp_node as p "
        "on p.grp_id = n.grp_id and p.ordinal = n.parent_ordinal order by n.grp_id, n.ordinal",
    )
    assert rows == [
        ("g1", None, 1), ("g11", "g1", 2), ("g111", "g11", 3), ("g112", "g11", 3), ("g1121", "g112", 4),
        ("g12", "g1", 2), ("g2", None, 1),
    ]  # fmt: skip
