"""Signals end a process in time, whatever its main thread makes of them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from loader.faults.stop import COMMAND_SECONDS, ECHO_SECONDS
from tests.running import CLONE, TIMEOUT_S

# So often it swallows what the signal raises, as imports and callbacks may.
STUBBORN = """
import sys, time
from loader.faults import stop
times, said = float(sys.argv[1]), False
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
from loader.faults import stop
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


def _begun(times: float, script: str = STUBBORN) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(times)],
        cwd=CLONE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    ("times", "out", "err"), [(0, "by itself\n", ""), (3, "by itself\n", ""), (float("inf"), "", "cut short\n")]
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_is_enough(number: int, times: float, out: str, err: str) -> None:
    process = _begun(times)
    began = time.monotonic()
    process.send_signal(number)
    assert (*process.communicate(timeout=TIMEOUT_S), process.returncode) == (out, err, 1)
    assert time.monotonic() - began < 1


def test_what_a_finalizer_swallows_is_not_told() -> None:
    process = _begun(0, FINALIZER)
    process.send_signal(signal.SIGTERM)
    assert (*process.communicate(timeout=TIMEOUT_S), process.returncode) == ("by itself\n", "", 1)


def test_a_second_signal_at_once_is_the_same_one_and_a_later_one_forces() -> None:
    process = _begun(float("inf"))
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(ECHO_SECONDS * 1.2)
    process.send_signal(signal.SIGINT)
    assert (*process.communicate(timeout=TIMEOUT_S), process.returncode) == ("", "cut short\n", 1)
    assert time.monotonic() - began < COMMAND_SECONDS
