"""Creates the embedded server's files: its data directory, its settings file, its socket's directory."""

from __future__ import annotations

import hashlib
import locale
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

from loader.config.settings import HOME
from loader.errors import DatabaseError
from loader.server.account import Account
from loader.server.binaries import STATE, Binaries
from loader.server.settings import PORT, SETTINGS_FILE

SUPERUSER = "postgres"
DATABASE = "loader"

SSL_REQUEST = struct.pack("!II", 8, 80877103)  # length and code of the first message of a client that may want TLS
ANSWER_SECONDS = 10  # time limit for the answer, one byte, of a server on a busy machine

# A socket's path must fit into 104 bytes on macOS (Linux: 108).
LONGEST_SOCKET_PATH = 103


def create(home: Path, account: Account, binaries: Binaries, *, durable: bool) -> None:
    """Create the data directory of a folder, with the database; all of it or nothing.

    ``durable`` waits until it is on disk. If root's server cannot enter the folder (a clone below /root, say), the data
    is below STATE and the folder contains a link to it.
    """
    data = home / "data"
    place = home
    if not account.can_enter(home):
        place = _own_state(home)
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
    scratch = place / "data.new"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        private_directory(scratch, account)
        _initialise(scratch, account, binaries, durable)
        scratch.rename(place / "data")
        if place != home:
            data.unlink(missing_ok=True)
            data.symlink_to(place / "data")
    except OSError as error:
        raise DatabaseError(f"No data directory can be made in {place}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def configure(data: Path, sockets: Path, settings: Mapping[str, str]) -> None:
    """Write the settings file that the server reads when it starts."""
    lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
    lines.append(f"unix_socket_directories = {_quoted(str(sockets))}\n")
    (data / SETTINGS_FILE).write_text(
        "# Written by the loader at every start; ALTER SYSTEM overrides it.\n" + "".join(lines)
    )


def answers(sockets: Path) -> bool:
    """Whether a server answers on the socket in a directory.

    A connection alone proves nothing: processes of a killed server may hold its socket for a moment.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_SECONDS)
        try:
            client.connect(f"{sockets}/.s.PGSQL.{PORT}")
            client.sendall(SSL_REQUEST)  # anybody may send this, and a server answers yes or no
            return bool(client.recv(1))
        except OSError:  # no server listens (killed, or the machine was restarted), or the directory is missing
            return False


def socket_directory(home: Path, account: Account) -> Path:
    """A directory for the socket that only the account can enter, created if necessary."""
    directory = home.resolve() / "sockets"
    if not (_fits(directory) and account.can_enter(home)):
        directory = _short_directory(home, account)
    return private_directory(directory, account)


def private_directory(directory: Path, account: Account) -> Path:
    """Create a directory of the account that nobody else can enter, or verify that it is one."""
    try:
        directory.mkdir(mode=0o700)
        if account.switch:
            os.chown(directory, account.uid, account.gid)
    except FileExistsError:
        status = directory.lstat()
        if directory.is_symlink() or status.st_uid != account.uid or status.st_mode & 0o077:
            raise DatabaseError(
                f"{directory} is not a directory that only the user {account.name} can enter; a trap?",
                hint=f"Remove it, or name another folder with {HOME}.",
            ) from None
    return directory


def _initialise(data: Path, account: Account, binaries: Binaries, durable: bool) -> None:
    args: list[str | Path] = [
        binaries.program("initdb"),
        "-D",
        data,
        "-U",
        SUPERUSER,
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    args += ["--no-instructions", f"--locale={_locale()}"]
    if binaries.major >= 17:
        args += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if binaries.major >= 18:
        args.append("--no-data-checksums")  # they would write page images even if nothing else is logged
    if not durable:
        args.append("--no-sync")
    _expect(account.run(args), "initdb")
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(f"\ninclude = '{SETTINGS_FILE}'\n")
    (data / SETTINGS_FILE).touch()
    single: list[str | Path] = [binaries.program("postgres"), "--single", "-D", data, SUPERUSER]
    _expect(account.run(single, stdin=f"create database {DATABASE}\n"), "postgres --single")


def _expect(result: subprocess.CompletedProcess[str], what: str) -> None:
    if result.returncode:
        raise DatabaseError(f"{what} failed: {result.stdout.strip()}")


def _locale() -> str:
    """C.UTF-8 classifies letters of all scripts (pg_trgm asks the locale); a few old systems lack it."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH


def _short_directory(home: Path, account: Account) -> Path:
    if account.switch:
        state = _own_state(home)
        state.mkdir(mode=0o755, parents=True, exist_ok=True)
        return state / "sockets"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    parent = runtime if runtime and Path(runtime).is_dir() else "/tmp"
    return Path(parent) / f"dumploader-{account.uid}-{_key(home)}"


def _own_state(home: Path) -> Path:
    return STATE / _key(home)


def _key(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
