"""Signs of life, and how long there were none."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from loader.process.liveness import LONGEST_LOOK_SECONDS, Silence
from tests.support.running import CLONE, TIMEOUT_S

# A worker whose command ends at once, and whose work would take an hour.
ORPHAN = """
import os, sys, time
from multiprocessing import Pipe
from loader.process import liveness, stop
receiver, sender = Pipe(duplex=False)
parent = os.getpid()
if os.fork():
    os._exit(0)
try:
    with stop.handled():
        liveness.begin(sender, parent)
        time.sleep(3600)
except stop.Stopped:
    print("stopped")
"""


@pytest.fixture
def ends() -> Iterator[tuple[Connection, Connection]]:
    receiver, sender = multiprocessing.Pipe(duplex=False)
    yield receiver, sender
    receiver.close()
    sender.close()


def test_silence_adds_up_until_there_is_a_sign_of_life(ends: tuple[Connection, Connection]) -> None:
    receiver, sender = ends
    now = [100.0]
    silence = Silence(receiver, lambda: now[0])
    found = []
    for heard in (False, False, True, False):
        now[0] += 1
        if heard:
            sender.send_bytes(b".")
            sender.send_bytes(b".")
        found.append(silence.seconds())
    assert found == [1, 2, 0, 1]


def test_a_pause_of_the_command_itself_is_nobodys_silence(ends: tuple[Connection, Connection]) -> None:
    clock = iter((100.0, 3700.0))
    silence = Silence(ends[0], lambda: next(clock))
    assert silence.seconds() == LONGEST_LOOK_SECONDS


def test_a_worker_without_its_command_stops() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], cwd=CLONE, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert (done.stdout, done.stderr) == ("stopped\n", "")
