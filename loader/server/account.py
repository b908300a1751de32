"""The system account that the embedded server runs as: the user's own, or an unprivileged one for root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.errors import DatabaseError

# PostgreSQL refuses to run as root. This account exists everywhere and owns nothing.
UNPRIVILEGED = "nobody"

# A fixed environment: a user's PGDATA, PGPORT or LC_ALL must not reach the server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """The account that runs the server's programs; ``switch``: whether this process has to change to it first."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, args: Sequence[str | Path], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from ``/``; its output is text, its exit code is not checked."""
        try:
            return subprocess.run(
                [str(arg) for arg in args],
                input=stdin,
                text=True,
                errors="replace",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",  # the caller's directory may be closed to the account
                env=ENVIRONMENT,
                umask=0o077,
                check=False,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except OSError as error:
            raise DatabaseError(
                f"{args[0]} cannot be run as the user {self.name}: {error.strerror or error}.",
                hint="Name a server with DATABASE_URL, or run the loader as a plain user.",
            ) from error

    def can_enter(self, directory: Path) -> bool:
        """Whether the account may enter a directory; the system decides, because of access lists."""
        return self.run(["/bin/sh", "-c", 'cd -- "$0"', directory]).returncode == 0


def server_account(data: Path) -> Account:
    """The account for a data directory: its owner if it exists, else the user's own or, for root, nobody."""
    uid = os.geteuid()
    if uid != 0:
        return _account(pwd.getpwuid(uid), switch=False) if _known(uid) else Account(str(uid), uid, os.getegid(), False)
    owner = data.stat().st_uid if data.exists() else 0
    if owner and _known(owner):
        return _account(pwd.getpwuid(owner), switch=True)
    try:
        return _account(pwd.getpwnam(UNPRIVILEGED), switch=True)
    except KeyError:
        raise DatabaseError(
            f"PostgreSQL does not run as root, and this system has no user {UNPRIVILEGED} to run it as.",
            hint="Name a server with DATABASE_URL, or run the loader as a plain user.",
        ) from None


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _account(entry: pwd.struct_passwd, *, switch: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)
