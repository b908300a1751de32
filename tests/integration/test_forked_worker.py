"""A worker that begins as a copy of the loader has nothing to do with the loader's connection."""

from __future__ import annotations

import subprocess
import sys

from tests.support.running import CLONE, TIMEOUT_S

# The copy ends as workers do; what it does with the connection before is the worst that can happen to it.
SCRIPT = """
import gc, os, sys
from loader.database.connect import connect, forget_inherited

connection = connect(sys.argv[1])
socket = connection.fileno()
copy = os.fork()
if not copy:
    forget_inherited()
    del connection
    gc.collect()
    try:
        os.fstat(socket)
    except OSError:
        os._exit(0)
    os._exit(1)
assert os.waitpid(copy, 0)[1] == 0, "the copy holds the socket"
assert connection.execute("select 1").fetchone() == (1,)
"""


def test_the_connection_is_left_to_the_loader(database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, database], cwd=CLONE, capture_output=True, text=True, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
