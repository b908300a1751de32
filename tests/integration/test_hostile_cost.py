"""Hostile inputs through the whole loader: they cost their size's worth of time, and memory does not follow them."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loader.cli.exit_codes import FAILED, REJECTS
from loader.process import cores
from tests.support.nasty import ALL
from tests.support.nasty_build import MAPPINGS
from tests.support.processes import cost
from tests.support.running import load

SHARED = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "nasty"
MB = 1 << 20
MOST = 300 * MB  # of all processes of a command
CPU_S = 2.0  # or, beyond that,
CPU_BYTES = 20 * MB  # a second of it for so many bytes of XML: searching for tags among tags only
HEAD, TAIL = b"<dump><row id='1'><name>x</name></row>", b"<row id='3'><name>x</name></row></dump>"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def bomb(head: bytes, unit: bytes, megabytes: int, tail: bytes) -> Callable[[], bytes]:
    """A gzip, in members, of one thing many times over: 1000 to 1."""
    return lambda: (
        gzip.compress(head, 1) + gzip.compress(unit * (MB // len(unit)), 9) * megabytes + gzip.compress(tail, 1)
    )


# By name: the file, its size unpacked in MB, the exit code.
BOMBS: dict[str, tuple[Callable[[], bytes], int, int]] = {
    "value": (bomb(HEAD + b"<row id='2'><name>", b"x", 250, b"</name></row>" + TAIL), 250, REJECTS),
    "children": (bomb(HEAD + b"<row id='2'>", b"<v>1</v>", 20, b"</row>" + TAIL), 20, REJECTS),
    "attribute": (bomb(HEAD + b"<row id='2' note='", b"x", 40, b"'/>" + TAIL), 40, FAILED),
    "record without an end": (bomb(HEAD + b"<row id='2'>", b"x", 40, b""), 40, FAILED),
}
TWINS = {nasty.name: nasty for nasty in ALL if nasty.name in {"laughs.xml", "unclosed.xml.gz"}}
SHARED_NAMES = {"dos_05_zip_bomb.xml.gz": 300, "bad_33_nested_1m_unclosed.xml.gz": 4, "ok_29_many_children.xml": 2}


def assert_cheap(folder: Path, database: str, dump: Path, megabytes: float, mapping: str = MAPPINGS["base"]) -> int:
    """Load the dump; its exit code, when it cost no more than it may."""
    path = folder / "hostile.yaml"
    path.write_text(mapping.format(dataset=f"h{abs(hash(dump.name)) % 10**8}"))
    found = cost("load", path, dump, "-w", 1, "--no-space-check", database=database)
    assert found.peak < MOST, f"{found.peak // MB} MB"
    assert found.cpu < CPU_S + megabytes * MB / CPU_BYTES, f"{found.cpu:.1f} s"
    assert found.processes > 1 or found.told.code == FAILED
    return found.told.code


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_itself(tmp_path: Path, module_database: str, name: str) -> None:
    content, megabytes, code = BOMBS[name]
    dump = tmp_path / f"{name}.xml.gz"
    dump.write_bytes(content())
    assert assert_cheap(tmp_path, module_database, dump, megabytes) == code


@pytest.mark.parametrize("name", TWINS)
def test_what_makes_much_of_little_is_refused_at_once(tmp_path: Path, module_database: str, name: str) -> None:
    dump = TWINS[name].write(tmp_path)
    assert assert_cheap(tmp_path, module_database, dump, 60, MAPPINGS[TWINS[name].mapping]) == FAILED


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared nasty files (LOADER_TEST_DATA)")
@pytest.mark.parametrize("name", SHARED_NAMES)
def test_the_shared_files_are_as_cheap(tmp_path: Path, module_database: str, name: str) -> None:
    assert_cheap(tmp_path, module_database, SHARED / name, SHARED_NAMES[name])


def test_a_budget_holds_for_all_processes_together(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "budget.yaml"
    mapping.write_text(MAPPINGS["text"].format(dataset="budget"))
    row = "<row id='%d'><name>" + "name " * 40 + "</name><v>" + "value " * 150 + "</v></row>\n"
    dump = tmp_path / "dump.xml"
    dump.write_text("<dump>\n" + "".join(row % number for number in range(14_000)) + "</dump>\n")

    found = cost("load", mapping, dump, "-w", 4, "--memory", "192MB", "--no-space-check", database=database)

    assert found.told.code == 0, found.told
    assert found.processes == 1 + min(2, cores.count()), (
        "192 MB hold two workers, and no more begin than there are cores"
    )
    assert "192 MB of memory suffice for 2 of 4 workers" in found.told.err
    assert found.peak < 192 * MB, f"{found.peak // MB} MB"
    assert load(database, mapping, dump)["unchanged"] == 14_000
