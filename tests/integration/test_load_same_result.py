"""The result is a function of the dumps: not of workers, chunks, order, mode, or the order in which chunks end."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.running import checksum, counted, execute, load, loader, query
from tests.support.versions import MAPPING, Oracle, State, dumps_after, dumps_before, write

# Workers, chunk size, mode, order of the files.
WAYS = [
    (2, "16KB", "--replace", 1),
    (4, "1MB", "--merge", -1),
    (4, "16KB", "--merge", -1),
    (2, "16KB", "--merge", 1),
]
# Chunks are claimed by their number. The other way round is what two workers may come to, too.
BACKWARDS = """
create function public.backwards() returns trigger language plpgsql as $$
begin
    new.chunk_id := 1000000 - new.chunk_id;
    return new;
end $$;
create trigger backwards before insert on loader.chunk for each row execute function public.backwards();
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Dumps in which keys come twice, beside each other and over the border of two files."""
    folder = tmp_path_factory.mktemp("sample")
    told = loader("sample", folder, "--releases", 80, "--fault", "duplicate_key:9", "--gz", database=None)
    assert told.code == 0, told
    other = tmp_path_factory.mktemp("other")
    arguments = ("--releases", 20, "--seed", 7, "--snapshot", "2026-10-01")
    assert loader("sample", other, *arguments, database=None).code == 0
    return sorted([*folder.glob("*.xml.gz"), *other.glob("*.xml")])


@pytest.fixture(scope="module")
def plainly(sample: list[Path], module_database: str) -> tuple[dict[str, tuple[int, str]], dict[str, int]]:
    """What one worker makes of it in one chunk a file."""
    summary = load(module_database, "discogs", *sample, "--chunk-bytes", "16MB", "--replace")
    assert int(summary["duplicate"]) > 60
    return checksum(module_database, "discogs"), counted(summary)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_discogs_is_the_same(
    sample: list[Path],
    plainly: tuple[dict[str, tuple[int, str]], dict[str, int]],
    database: str,
    way: tuple[int, str, str, int],
) -> None:
    workers, size, mode, order = way

    summary = load(database, "discogs", *sample[::order], "-w", workers, "--chunk-bytes", size, mode)

    assert (checksum(database, "discogs"), counted(summary)) == plainly
    if size == "16KB":
        assert query(database, "select count(*) > 15 from loader.chunk") == [(True,)]


@pytest.mark.parametrize(("seed", "backwards"), [(0, False), (2, True)])
def test_the_newest_version_of_a_key_wins(tmp_path: Path, database: str, seed: int, backwards: bool) -> None:
    assert_as_told(tmp_path, database, seed, backwards, reverting=False)


def test_priority_goes_before_the_date(tmp_path: Path, database: str) -> None:
    assert_as_told(tmp_path, database, 4, False, reverting=False, priority=1)


@pytest.mark.parametrize(("seed", "backwards"), [(1, False), (3, True), (5, True)])
def test_a_newest_version_that_is_as_before_wins_over_others_of_its_load(
    tmp_path: Path, database: str, seed: int, backwards: bool
) -> None:
    """Nothing has to be written for it, yet no older version of the same load may come in its stead."""
    assert_as_told(tmp_path, database, seed, backwards, reverting=True)


def assert_as_told(
    tmp_path: Path, database: str, seed: int, backwards: bool, *, reverting: bool, priority: int = 0
) -> None:
    """A first load, a refresh, the same again and a replace: each as the oracle says, whatever the order."""
    oracle, mapping = Oracle(), tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    before = dumps_before(seed)
    paths = write(tmp_path / "before", before)
    oracle.replace(before, priority)

    summary = load(database, mapping, *paths, "--chunk-bytes", "100", "-w", 1 + seed % 2, "--priority", priority)

    assert (stored(database), counted(summary)) == (oracle.state, oracle.counts)

    after = dumps_after(seed, oracle.state, reverting=reverting)
    paths = write(tmp_path / "after", after)
    oracle.merge(after)
    if backwards:
        execute(database, BACKWARDS)
    order = list(paths)
    random.Random(seed).shuffle(order)
    summary = load(database, mapping, *order, "--chunk-bytes", "100", "-w", 1 if backwards else 2)

    assert (stored(database), counted(summary)) == (oracle.state, oracle.counts)

    oracle.merge(after)
    again = load(database, mapping, *paths, "--chunk-bytes", "4KB")

    assert (stored(database), counted(again)) == (oracle.state, oracle.counts)

    oracle.replace(after)
    summary = load(database, mapping, *order, "--chunk-bytes", "100", "--replace")

    assert (stored(database), counted(summary)) == (oracle.state, oracle.counts)


def stored(database: str) -> State:
    """What the tables hold, children in their order."""
    items: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, ordinal, text in query(database, "select row_id, ordinal, text from tide.row_item"):
        items[key].append((ordinal, text))
    result = {}
    for key, name in query(database, "select id, name from tide.row"):
        ordered = sorted(items.pop(key, []))
        assert [ordinal for ordinal, _ in ordered] == list(range(1, len(ordered) + 1))
        result[key] = (name, tuple(text for _, text in ordered))
    assert not items
    return result
