"""Whatever the network does to a load: it goes on by itself, nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.database.breaker import OPEN_AFTER
from loader.database.connect import connect
from loader.errors import ServerUnavailableError
from tests.support.proxy import Link, Proxy, proxied
from tests.support.running import checksum, ended, load, loader, query, running, sampled, wait_until

OPTIONS = ("--chunk-bytes", "64KB", "--no-space-check")
MODES = {"build": ("--replace",), "by chunk": ("--merge", "--set", "visibility=chunk")}
OUTCOMES = "select coalesce(outcome, '-'), count(*)::int from loader.chunk_attempt group by 1"
ROWS, ROWS_BYTES = b"", 5000  # a piece of a COPY is larger than whatever else is sent
Checksums = dict[str, tuple[int, str]]


@pytest.fixture
def database(discogs_database: str) -> str:
    """Installing the procedures takes as long as a small load."""
    return discogs_database


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    faults = ("--fault", "duplicate_key:3", "--fault", "malformed")
    return sampled(tmp_path_factory.mktemp("dumps"), 100, *faults)


@pytest.fixture(scope="module")
def undisturbed(dumps: Path, module_database: str) -> Checksums:
    load(module_database, "discogs", dumps, code=3)
    return checksum(module_database, "discogs")


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    with proxied(database) as found:
        yield found


def assert_whole(database: str, expected: Checksums) -> None:
    """The result is as if nothing had happened, and the manifest says so."""
    assert checksum(database, "discogs") == expected
    states = "select distinct l.state, c.state from loader.load as l join loader.chunk as c using (load_id)"
    assert query(database, states) == [("done", "done")]
    assert query(database, "select rejected::int, duplicate::int from loader.load") == [(1, 3)]


class Once:
    """A watch that acts when an application sends some text, or rows, for the n-th time, and never again."""

    def __init__(self, text: bytes, at: int, act: str, application: str = "loader worker") -> None:
        self._text, self._left, self._act, self._application = text, at, act, application
        self._lock = threading.Lock()
        self.happened = threading.Event()

    def _is_meant(self, data: bytes) -> bool:
        return self._text in data if self._text else data.startswith(b"d") and len(data) > ROWS_BYTES

    def __call__(self, link: Link, data: bytes) -> bool:
        with self._lock:
            if not link.name.startswith(self._application) or not self._is_meant(data):
                return True
            self._left -= 1
            if self._left:
                return True
        self.happened.set()
        if self._act == "cut":
            link.cut()
        elif self._act == "cut the answer":
            link.ends_at_reply = True
        return self._act != "cut"


def test_cut_in_the_middle_of_a_copy(proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str) -> None:
    proxy.watch = watch = Once(ROWS, at=3, act="cut")

    told = loader("load", "discogs", dumps, *MODES["build"], "-w", 2, *OPTIONS, database=proxy.url)

    assert watch.happened.is_set()
    assert told.code == 3, told
    assert_whole(database, undisturbed)
    assert dict(query(database, OUTCOMES)).get("expired", 0) == 1


@pytest.mark.parametrize(
    ("act", "expired", "mode"), [("cut", 1, "by chunk"), ("cut the answer", 0, "build")], ids=["undone", "done"]
)
def test_cut_in_the_middle_of_a_commit(  # noqa: PLR0917
    act: str, expired: int, mode: str, proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str
) -> None:
    """Whether the server has committed or not, the worker cannot know; the manifest does."""
    proxy.watch = watch = Once(b"COMMIT", at=2, act=act)

    told = loader("load", "discogs", dumps, *MODES[mode], "-w", 1, *OPTIONS, database=proxy.url)

    assert watch.happened.is_set()
    assert told.code == 3, told
    assert_whole(database, undisturbed)
    outcomes = dict(query(database, OUTCOMES))
    assert outcomes.pop("expired", 0) == expired
    assert set(outcomes) == {"done"}


def test_a_black_hole(proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str) -> None:
    """Another worker, elsewhere, takes over what the silent one holds; that one finds out, and goes on, too."""
    swallowed = threading.Event()

    def watch(link: Link, data: bytes) -> bool:
        if not swallowed.is_set() and link.name.startswith("loader worker") and b"merge_chunk" in data:
            proxy.swallow()
            swallowed.set()
        return not swallowed.is_set() or not link.swallows

    proxy.watch = watch
    hasty = ("--set", "lease=1", "--set", "max_chunk_time=2")
    with running("load", "discogs", dumps, "--replace", "-w", 1, *OPTIONS, *hasty, database=proxy.url) as process:
        wait_until(swallowed.is_set, "a chunk was to be merged")
        helped = loader("work", "discogs", "-w", 1, *hasty, database=database)
        assert helped.code == 0, helped
        assert query(database, "select count(*)::int from loader.chunk where state <> 'done'") == [(0,)]
        proxy.heal()
        told = ended(process)

    assert told.code == 3, told
    assert "the server is silent" in told.out
    assert_whole(database, undisturbed)


def test_a_slow_link(proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str) -> None:
    """Chunks that take longer than a lease: nobody takes them away."""
    proxy.bytes_a_second = 500_000

    told = loader(
        "load", "discogs", dumps, "-w", 2, "--no-space-check", "--set", "lease=1", "--chunk-bytes", "1MB",
        database=proxy.url,
    )  # fmt: skip

    assert told.code == 3, told
    assert_whole(database, undisturbed)
    assert set(dict(query(database, OUTCOMES))) == {"done"}


def test_a_server_that_is_away_for_a_while(proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str) -> None:
    """Once while it loads, once while it finishes: the command waits, says so, goes on, and tells it in the end."""

    def away(moment: Once) -> None:
        proxy.watch = moment
        wait_until(lambda: moment.happened.is_set() or process.poll() is not None, "the moment had come")
        proxy.away = True
        proxy.cut()
        before = proxy.refused
        told = loader("status", database=proxy.url)
        assert (told.code, told.out) == (1, ""), told
        assert told.err.startswith("loader: cannot connect to 127.0.0.1")
        assert told.err.endswith("; running loads wait for the server\n")
        assert told.err.count("\n") == 1
        wait_until(
            lambda: proxy.refused > before + OPEN_AFTER + 1 or process.poll() is not None,
            "it was tried again and again",
        )
        proxy.heal()

    with running("load", "discogs", dumps, "-w", 2, *OPTIONS, "--json", "-v", database=proxy.url) as process:
        away(Once(b"COMMIT", 2, "pass"))
        away(Once(b"resolve_build", 1, "cut", "loader load"))
        told = ended(process)

    assert told.code == 3, told
    assert told.out.count("the server has not answered for") >= 2
    assert told.out.count("the server answers again, after") == 2
    assert_whole(database, undisturbed)
    (summary,) = (json.loads(line) for line in told.out.splitlines() if line.startswith('{"load"'))
    assert summary["outages"] == 2
    assert summary["away_seconds"] > 1
    events = (
        "select kind, count(*)::int, min((detail ->> 'tries')::int) >= 3 from loader.event "
        "where kind ~ '^circuit' group by 1 order by 1 desc"
    )
    assert query(database, events) == [("circuit_opened", 2, None), ("circuit_closed", 2, True)]
    assert query(database, "select outages::int, away > interval '1 s' from loader.load_status") == [(2, True)]
    assert "the server could not be reached 2 times" in loader("status", database=database).out


def test_a_server_that_stays_away(proxy: Proxy, dumps: Path, undisturbed: Checksums, database: str) -> None:
    """The command gives up after server_wait; the same one goes on later."""
    arguments = ("load", "discogs", dumps, "-w", 2, *OPTIONS, "--set", "server_wait=1")
    with running(*arguments, database=proxy.url) as process:
        proxy.watch = moment = Once(b"COMMIT", 2, "pass")
        wait_until(moment.happened.is_set, "the moment had come")
        proxy.away = True
        proxy.cut()
        told = ended(process)

    assert told.code == 1, told
    assert "it has not answered for" in told.out
    assert "the same command continues where it stopped" in told.out
    assert query(database, "select state from loader.load") == [("open",)]

    proxy.heal()
    told = loader(*arguments, database=proxy.url)
    assert told.code == 3, told
    assert_whole(database, undisturbed)


def test_cut_right_after_the_session_began(proxy: Proxy) -> None:
    """What is asked of a new session belongs to connecting: whoever waits for the server goes on waiting."""

    def watch(link: Link, data: bytes) -> bool:
        if data[:1] in (b"P", b"Q"):  # a query
            link.cut()
        return True

    proxy.watch = watch
    with pytest.raises(ServerUnavailableError, match="cannot connect to 127"):
        connect(proxy.url)
