"""A password reaches the server and nobody else: no log, error, process list, manifest or session name shows it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.support.nasty_build import plain
from tests.support.running import CLONE, TIMEOUT_S, ended, loader, query, running, wait_until

SECRET = "hunter2-Zebra"
MAPPING = 'dataset: quiet\nentities:\n  row:\n    record: /dump/row\n    key: {id: "@id"}\n    columns: {n: name}\n'


def with_password(url: str) -> str:
    """The URL with a password, which a server that trusts us does not look at."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0] or 'postgres'}:{SECRET}@{host}"
    return urlunsplit(parts._replace(netloc=netloc)) if parts.netloc else url


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mapping, dump = tmp_path / "mapping.yaml", tmp_path / "dump.xml"
    mapping.write_text(MAPPING)
    dump.write_bytes(plain(40_000))
    return mapping, dump


@pytest.mark.parametrize("by", ["url", "environment"])
def test_nothing_that_is_kept_or_shown_has_the_password(
    tmp_path: Path, database: str, files: tuple[Path, Path], by: str
) -> None:
    log = tmp_path / "log.jsonl"
    options = ("-w", 2, "--no-space-check", "--chunk-bytes", "64KB", "--log-json", "--log-file", log, "-vv", "--json")
    given = {"DATABASE_URL": with_password(database)} if by == "url" else {"PGPASSWORD": SECRET}
    with running("load", *files, *options, database=database, cold=True, **given) as process:
        wait_until(lambda: process.poll() is not None or len(arguments_of(process.pid)) > 1, "workers run")
        seen = arguments_of(process.pid)
        sessions = query(database, "select a::text from pg_stat_activity as a where datname = current_database()")
        told = ended(process)

    assert told.code == 0, told
    assert SECRET not in str(sessions)
    assert SECRET not in "".join(seen) + told.out
    assert SECRET not in log.read_text("utf-8")
    assert query(database, "select count(*) from quiet.row") == [(40_000,)]
    tables = query(database, "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'loader'")
    assert len(tables) > 5
    for (table,) in tables:
        assert query(database, f"select count(*) from {table} as t where t::text like '%%{SECRET}%%'") == [(0,)], table


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/x",
        f"postgresql://nobody:{SECRET}@/x?host=/nowhere",
        f"postgresql://nobody:{SECRET}@127.0.0.1:port/x",
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/x?sslmode=perhaps",
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/x?connect_timeout={SECRET}",
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/x?what={SECRET}",
        f"postgresql://127.0.0.1:1/x?user=nobody&password={SECRET}&sslmode=verify-full",
        f"host=127.0.0.1 port=1 user=nobody password={SECRET}",
        f"host=127.0.0.1 port=1 user=nobody password='{SECRET}",
        f"postgresql://nobody:{SECRET}@[::1/x",
        f"postgresql://nobody:a@{SECRET}@127.0.0.1:1/x",
    ],
)
def test_errors_do_not_quote_it(tmp_path: Path, files: tuple[Path, Path], url: str) -> None:
    for command in (("load", *files, "--no-space-check"), ("status",), ("migrate",)):
        log = tmp_path / "log.txt"
        told = loader(*command, "--log-file", log, "-v", database=url)
        assert told.code in (1, 2), told
        assert SECRET not in told.out + told.err
        assert not log.exists() or SECRET not in log.read_text("utf-8")


def test_psql_is_given_it_where_nobody_sees_it(database: str) -> None:
    asleep = "select 1 from pg_stat_activity where query ~ '^select pg_sleep' and datname = current_database()"
    with running("psql", "-c", "select pg_sleep(60)", database=with_password(database)) as process:
        wait_until(lambda: bool(query(database, asleep)), "psql runs")
        seen = arguments_of(process.pid)
    assert any("pg_sleep" in line and "psql" in line for line in seen)
    assert SECRET not in "".join(seen)


# A fault that nobody foresaw, in the command itself, in a worker, and in a heartbeat; it shows all that there is.
UNFORESEEN = {
    "command": "import loader.load.run as m; target, name = m, 'register'",
    "worker": "import loader.queue.worker as m; target, name = m.Worker, '_plan_one'",
    "attempt": "import loader.queue.attempt as m; target, name = m.Attempts, 'make'",
}
PROGRAM = """
import sys
{where}
def fail(*given, **named):
    raise RuntimeError(f"unforeseen: {{given}} {{named}} {{[getattr(x, '__dict__', x) for x in given]}}")
setattr(target, name, fail)
from loader.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("place", UNFORESEEN)
def test_tracebacks_do_not_have_it(database: str, files: tuple[Path, Path], place: str) -> None:
    mapping, dump = files
    dump.write_bytes(plain(100))
    options = ["load", str(mapping), str(dump), "-w", "1", "--no-space-check", "--set", "max_attempts=1", "-vv"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(where=UNFORESEEN[place]), *options], capture_output=True, text=True,
        env={**os.environ, "DATABASE_URL": with_password(database), "PYTHONPATH": str(CLONE)}, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "unforeseen: " in done.stderr
    assert SECRET not in done.stdout + done.stderr
    if query(database, "select to_regclass('loader.event')") != [(None,)]:
        assert SECRET not in str(query(database, "select * from loader.event"))


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_url_that_asks_for_tls_gets_it_or_a_clear_refusal(database: str, files: tuple[Path, Path], mode: str) -> None:
    # Over TCP, since libpq ignores sslmode on a socket.
    port = query(database, "show port")[0][0]
    name = urlsplit(database).path
    url = f"postgresql://nobody:{SECRET}@127.0.0.1:{port}{name}?sslmode={mode}"
    told = loader("load", *files, "--no-space-check", database=url)
    assert told.code == 1
    assert "cannot connect" in told.err
    assert SECRET not in told.out + told.err


def arguments_of(pid: int) -> list[str]:
    """The command lines of a process and its children, as `ps` shows them."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            parent = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1]
            if int(entry) == pid or int(parent) == pid:
                found.append(Path(f"/proc/{entry}/cmdline").read_bytes().decode("utf-8", "replace"))
        except (OSError, IndexError):
            continue
    return found
