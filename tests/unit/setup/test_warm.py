"""Commands that the tests let begin as copies: as those that begin cold, in all that a test may look at."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.running import command, environment
from tests.support.warm import Warm

NOWHERE = "postgresql://nobody@127.0.0.1:1/x"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands begin cold elsewhere")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    found = Warm(tmp_path_factory.mktemp("used"))
    yield found
    found.end()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("load",),  # the parser refuses it
        ("status",),
        ("status", "--json"),
        ("checksum", "none.yaml"),  # looked for where the command runs
        ("render", "discogs", "--schema"),
    ],
)
def test_a_copy_ends_as_a_command_that_begins_cold(
    copies: Warm, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variables = environment(NOWHERE, {})
    cold = subprocess.run(
        command(arguments), env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )

    assert copies.run(arguments, variables, 60) == (cold.returncode, cold.stdout, cold.stderr)


def test_what_is_set_for_one_copy_does_not_reach_the_next(copies: Warm) -> None:
    command = ("load", "discogs", "dumps", "--workers", "1")
    told = [copies.run(command, environment(NOWHERE, given), 60) for given in ({"LOADER_LEASE": "x"}, {})]

    assert ["lease must be a number" in str(end) for end in told] == [True, False]


def test_a_copy_that_takes_too_long_is_killed(copies: Warm) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=60"
        with pytest.raises(subprocess.TimeoutExpired):
            copies.run(("status",), environment(url, {}), 0.5)


def test_only_what_was_tried_cold_begins_warm_and_never_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Warm(tmp_path)
    assert [fresh.takes((name,)) for name in ("load", "load", "status", "db", "db")] == [
        False,
        True,
        False,
        *[False] * 2,
    ]
    monkeypatch.setattr(warm, "_warm", [])
    assert warm.run(("--version",), {}, 60) is None


def test_a_copy_that_goes_on_shows_what_it_prints_and_how_it_ends(copies: Warm) -> None:
    refused = copies.begin(("status",), environment(NOWHERE, {}))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=60"
        waiting = copies.begin(("status",), environment(url, {}))
        assert refused
        assert waiting
        out, _ = refused.communicate(60)
        assert (refused.wait(), "cannot connect" in out, refused.communicate(60)) == (1, True, ("", None))
        assert (waiting.poll(), os.getpgid(waiting.pid)) == (None, waiting.pid)
        waiting.send_signal(signal.SIGKILL)
        assert (waiting.communicate(60), waiting.poll()) == (("", None), -signal.SIGKILL)


def test_a_shell_begins_copies_that_have_its_environment_and_its_input_and_output(tmp_path: Path) -> None:
    with warm.warm_commands(tmp_path), warm.for_shells() as (loader, inherited):
        script = f'export DATABASE_URL={NOWHERE}; cd {tmp_path}; echo "$1" >x.yaml; shift; "$@" <x.yaml | cat'
        command = ["bash", "-o", "pipefail", "-c", script, "bash", "dataset: [", *loader, "render", "x.yaml"]
        told = subprocess.run(command, pass_fds=inherited, capture_output=True, text=True, check=False)

    assert told.returncode == 2, told
    assert "x.yaml" in told.stderr
