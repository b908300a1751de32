"""Memory and CPU are those of all processes that belong together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.processes import group_memory, process_cpu, server_cpu

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")

MB = 1_000_000

# Two processes: each takes 0.3 s of CPU, says its number, and ends with its input.
_FAMILY = f"""
import os, sys, time
block = b"x" * {40 * MB}
pid = os.fork()
while time.process_time() < 0.3:
    pass
os.write(1, b"%d\\n" % pid)
sys.stdin.read()
"""


def test_a_family_counts_with_its_members() -> None:
    command = [sys.executable, "-c", _FAMILY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        child = max(int(process.stdout.readline()) for _ in range(2))

        assert group_memory(process.pid) > 80 * MB
        assert 0.3 <= process_cpu(child) < 0.5
        assert server_cpu(process.pid) > 0.5
        process.stdin.close()
