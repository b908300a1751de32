"""A disk that becomes full in the middle of a load: what is done stays, and the same command continues."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.running import Run, checksum, execute, load, loader, query, sampled

RELEASES = 800  # fill six megabytes when their tables are built
OPTIONS = ("-w", 2, "--chunk-bytes", "128KB", "--no-space-check")
FULL = "free some space, then run the same command again"


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sampled(tmp_path_factory.mktemp("dumps"), RELEASES)


@pytest.fixture(scope="module")
def undisturbed(dumps: Path, module_database: str) -> dict[str, tuple[int, str]]:
    load(module_database, "discogs", dumps)
    return checksum(module_database, "discogs")


@pytest.mark.parametrize("megabytes", [3, 6], ids=["while it copies", "while it builds"])
def test_a_disk_that_is_full(
    dumps: Path, undisturbed: dict[str, tuple[int, str]], own_server: tuple[Path, str], megabytes: int
) -> None:
    """Really full: the tables are to lie on a file system of a few megabytes."""
    home, url = own_server
    with small_disk(home, megabytes) as (folder, enlarge):
        execute(url, f"create tablespace small location '{folder}'")
        database = f"{url}&options={quote('-c default_tablespace=small')}"
        refused = loader("load", "discogs", dumps, *OPTIONS, database=database)

        assert_explained(refused)
        done = query(url, "select chunk_id, done_at from loader.chunk where state = 'done'")
        enlarge()
        assert_goes_on(database, dumps, undisturbed)
        assert set(done) <= set(query(url, "select chunk_id, done_at from loader.chunk"))
        execute(url, "drop schema discogs cascade; drop schema discogs_stage cascade; drop schema loader cascade")


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


def test_a_write_that_finds_no_room(dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str) -> None:
    """Where no small file system can be made, the write itself says so."""
    assert loader("migrate", "discogs", database=database).code == 0
    execute(database, FAILING)

    assert_explained(loader("load", "discogs", dumps, *OPTIONS, database=database))
    done = query(database, "select chunk_id, done_at from loader.chunk where state = 'done'")
    execute(database, "drop table public.full_disk")

    assert done
    assert_goes_on(database, dumps, undisturbed)
    assert set(done) <= set(query(database, "select chunk_id, done_at from loader.chunk"))


def assert_explained(told: Run) -> None:
    assert told.code == 1, told
    assert FULL in told.err


def assert_goes_on(database: str, dumps: Path, undisturbed: dict[str, tuple[int, str]]) -> None:
    """The same command ends the same load; no chunk has used up an attempt because of the disk."""
    told = loader("load", "discogs", dumps, *OPTIONS, database=database)
    assert told.code == 0, told
    assert checksum(database, "discogs") == undisturbed
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
