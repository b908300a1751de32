"""A disk that becomes full in the middle of a load: what is done stays, and the same command continues."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from tests.support.running import Run, checksum, execute, load, loader, query
from tests.support.versions import MAPPING, Dump, write

ROWS, LENGTH = 4000, 1000  # fill four megabytes, and again as much when the tables are built
OPTIONS = ("-w", 2, "--chunk-bytes", "128KB", "--no-space-check")
FULL = "free some space, then run the same command again"


@dataclass(frozen=True)
class Tide:
    """A mapping, its dump, and what an undisturbed load makes of it."""

    mapping: Path
    dump: Path
    undisturbed: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory, module_database: str) -> Tide:
    folder = tmp_path_factory.mktemp("tide")
    (mapping := folder / "tide.yaml").write_text(MAPPING.format(dataset="tide"))
    random = Random(0)
    names = (random.randbytes(LENGTH // 2).hex() for _ in range(ROWS))
    (dump,) = write(folder, [Dump("tide_20260101.xml", tuple((n, (name, ("a",))) for n, name in enumerate(names)))])
    load(module_database, mapping, dump)
    return Tide(mapping, dump, checksum(module_database, mapping))


@pytest.mark.parametrize(
    ("megabytes", "all_copied"), [(3, False), (6, True)], ids=["while it copies", "while it builds"]
)
def test_a_disk_that_is_full(tide: Tide, own_server: tuple[Path, str], megabytes: int, all_copied: bool) -> None:
    """Really full: the tables are to lie on a file system of a few megabytes."""
    home, url = own_server
    with small_disk(home, megabytes) as (folder, enlarge):
        execute(url, f"create tablespace small location '{folder}'")
        database = f"{url}&options={quote('-c default_tablespace=small')}"
        refused = loader("load", tide.mapping, tide.dump, *OPTIONS, database=database)

        assert_explained(refused)
        done = query(url, "select chunk_id, done_at from loader.chunk where state = 'done'")
        assert query(url, "select bool_and(state = 'done') from loader.chunk") == [(all_copied,)]
        enlarge()
        assert_goes_on(database, tide)
        assert set(done) <= set(query(url, "select chunk_id, done_at from loader.chunk"))
        execute(url, "drop schema tide cascade; drop schema tide_stage cascade; drop schema loader cascade")


FAILING = """
create table public.full_disk ();
create function public.fail() returns trigger language plpgsql as $$
begin
    if to_regclass('public.full_disk') is not null and (select count(*) > 4 from loader.chunk where state = 'done') then
        raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end if;
    return new;
end $$;
create trigger fail before update on loader.chunk_attempt for each row when (new.outcome = 'done')
execute function public.fail();
"""


def test_a_write_that_finds_no_room(tide: Tide, database: str) -> None:
    """Where no small file system can be made, the write itself says so."""
    assert loader("migrate", tide.mapping, database=database).code == 0
    execute(database, FAILING)

    assert_explained(loader("load", tide.mapping, tide.dump, *OPTIONS, database=database))
    done = query(database, "select chunk_id, done_at from loader.chunk where state = 'done'")
    execute(database, "drop table public.full_disk")

    assert done
    assert_goes_on(database, tide)
    assert set(done) <= set(query(database, "select chunk_id, done_at from loader.chunk"))


def assert_explained(told: Run) -> None:
    assert told.code == 1, told
    assert FULL in told.err


def assert_goes_on(database: str, tide: Tide) -> None:
    """The same command ends the same load; no chunk has used up an attempt because of the disk."""
    told = loader("load", tide.mapping, tide.dump, *OPTIONS, database=database)
    assert told.code == 0, told
    assert checksum(database, tide.mapping) == tide.undisturbed
    assert query(database, "select count(*)::int, min(state) from loader.load") == [(1, "done")]
    assert query(database, "select count(*)::int from loader.chunk_attempt where outcome in ('failed', 'expired')") == [
        (0,)
    ]


@contextmanager
def small_disk(home: Path, megabytes: int) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A file system of so many megabytes that the server of a folder may write to, and what makes it larger."""
    folder = home / "small"
    folder.mkdir()
    owner = (home / "data").stat()

    def mount(*options: str) -> int:
        chosen = ",".join(("mode=0700", f"uid={owner.st_uid}", f"gid={owner.st_gid}", *options))
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", chosen, "tmpfs", folder], capture_output=True, check=False
        ).returncode

    if os.geteuid() != 0 or mount(f"size={megabytes}m"):
        pytest.skip("no file system may be mounted here; test_a_write_that_finds_no_room does without")
    try:
        yield (
            folder,
            lambda: subprocess.run(["mount", "-o", "remount,size=300m", folder], check=True, capture_output=True),
        )
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)
