"""Signals end a process in time, whatever its main thread makes of them."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from loader.__main__ import main
from loader.process.stop import CHILDREN_SECONDS, COMMAND_SECONDS, ECHO_SECONDS, WORKER_SECONDS
from tests.support.running import CLONE

# Late, on a busy machine, but far less than what the processes would take.
SOON_S = 10

# So often it swallows what the signal raises, as imports and callbacks may.
STUBBORN = """
import sys, time
from loader.process import stop
times, stop.COMMAND_SECONDS, said = float(sys.argv[1]), float(sys.argv[2]), False
try:
    with stop.handled("cut short"):
        while True:
            try:
                if not said:
                    said = True
                    print("ready", flush=True)
                time.sleep(60)
            except BaseException:
                times -= 1
                if times < 0:
                    raise
except KeyboardInterrupt:
    print("by itself")
    sys.exit(1)
"""

FINALIZER = """
import sys, time
from loader.process import stop
class Slow:
    def __del__(self):
        print("ready", flush=True)
        time.sleep(60)
try:
    with stop.handled("cut short"):
        Slow()
        time.sleep(60)
except KeyboardInterrupt:
    print("by itself")
    sys.exit(1)
"""

# What another thread runs into meanwhile, as a heartbeat or who builds a table may, is dropped there.
GIVES_BACK = """
import sys, threading, time
from loader.process import stop
def besides():
    while not stop.requested():
        time.sleep(0.01)
    try:
        stop.check()
    except stop.Stopped:
        pass
try:
    with stop.handled("cut short"):
        threading.Thread(target=besides).start()
        try:
            print("ready", flush=True)
            time.sleep(60)
        except stop.Stopped:
            time.sleep(0.3)
            print("gave back")
            raise
except KeyboardInterrupt:
    print("by itself")
    sys.exit(1)
"""


def _begun(times: float, script: str = STUBBORN, deadline: float = COMMAND_SECONDS) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(times), str(deadline)],
        cwd=CLONE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_workers_are_gone_before_their_command_and_all_is_done_within_a_second() -> None:
    assert WORKER_SECONDS < CHILDREN_SECONDS < COMMAND_SECONDS < 1


@pytest.mark.parametrize(
    ("times", "out", "err"), [(0, "by itself\n", ""), (3, "by itself\n", ""), (float("inf"), "", "cut short\n")]
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_is_enough(number: int, times: float, out: str, err: str) -> None:
    process = _begun(times)
    process.send_signal(number)
    assert (*process.communicate(timeout=SOON_S), process.returncode) == (out, err, 1)


def test_what_a_finalizer_swallows_is_not_told() -> None:
    process = _begun(0, FINALIZER)
    process.send_signal(signal.SIGTERM)
    assert (*process.communicate(timeout=SOON_S), process.returncode) == ("by itself\n", "", 1)


def test_what_another_thread_swallows_does_not_disturb_who_gives_back() -> None:
    process = _begun(0, GIVES_BACK)
    process.send_signal(signal.SIGTERM)
    assert (*process.communicate(timeout=SOON_S), process.returncode) == ("gave back\nby itself\n", "", 1)


def test_a_second_signal_at_once_is_the_same_one_and_a_later_one_forces() -> None:
    process = _begun(float("inf"), deadline=3600)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(ECHO_SECONDS * 1.2)
    for _ in range(20):  # the one is enough, unless the process was late to see the first
        with suppress(subprocess.TimeoutExpired):
            process.send_signal(signal.SIGINT)
            process.wait(ECHO_SECONDS * 1.2)
    assert (*process.communicate(timeout=SOON_S), process.returncode) == ("", "cut short\n", 1)


def test_before_anything_was_begun(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C while modules are imported, or options read."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("loader.cli.main.main", interrupted)

    assert main() == 1
    assert capsys.readouterr().err == "loader: stopped; nothing was begun\n"
