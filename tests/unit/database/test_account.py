"""Who runs the embedded server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from loader.errors import DatabaseError
from loader.server.account import UNPRIVILEGED, server_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.mark.skipif(os.geteuid() == 0, reason="root does not run the server itself")
def test_a_plain_user_runs_it_himself(tmp_path: Path) -> None:
    account = server_account(tmp_path)

    assert (account.uid, account.switch) == (os.geteuid(), False)


@as_root
def test_root_has_it_run_by_an_account_that_owns_nothing(tmp_path: Path) -> None:
    assert server_account(tmp_path / "absent").name == UNPRIVILEGED


@as_root
def test_root_has_existing_data_served_by_their_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 1, 1)

    assert server_account(tmp_path).uid == 1


@as_root
def test_programs_run_with_the_rights_and_groups_of_the_account(tmp_path: Path) -> None:
    account = server_account(tmp_path)
    before = os.getgroups()
    os.setgroups([0, 4])
    try:
        groups = account.run(["id", "-G"]).stdout.split()
    finally:
        os.setgroups(before)

    assert account.run(["id", "-u"]).stdout.strip() == str(account.uid)
    assert groups == [str(account.gid)]


def test_the_users_environment_does_not_reach_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")

    assert "PGPORT" not in server_account(tmp_path).run(["env"]).stdout


def test_a_missing_program_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="/nowhere/initdb cannot be run"):
        server_account(tmp_path).run(["/nowhere/initdb"])
