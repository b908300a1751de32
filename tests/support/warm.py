"""Commands that begin as copies of a process that has imported the loader, and compiled its templates, already.

Most of what a small load costs is that. A copy is a process of its own, with an environment, a folder and output of its
own, as `python -m loader` is; what is lost is only that imports are tried anew. So the first use of each command in a
test run goes the long way, and so does whatever leaves processes behind.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
COLD = {"db", "psql"}
ENDS = 3  # standard output, standard error, and what tells the end
Ended = tuple[int, str, str]  # exit code (negative: the signal that ended it), output, errors


class Warm:
    """The process that is copied; it begins when it is first needed. ``used``: a folder where all processes of a test
    run note which commands they have used.
    """

    def __init__(self, used: Path) -> None:
        self._used = used
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def takes(self, arguments: Sequence[str]) -> bool:
        """Whether this command is to begin as a copy."""
        name = arguments[0] if arguments else ""
        if sys.platform != "linux" or name in COLD:
            return False
        try:
            (self._used / f"used-{name.replace(os.sep, '-')}").touch(exist_ok=False)
        except FileExistsError:
            return True
        return False

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], timeout: float, given: str = ""
    ) -> Ended | None:
        """How a command ended; None when there is nothing to copy, because the loader cannot even be imported."""
        pairs = [os.pipe() for _ in range(ENDS)]
        theirs = [os.memfd_create("command"), *(end for _, end in pairs)]
        try:
            with open(theirs[0], "wb", closefd=False) as file:
                file.write(json.dumps([list(arguments), dict(environment), os.getcwd(), given]).encode())
            with suppress(BrokenPipeError):
                socket.send_fds(self._control or self._begin(), [b"!"], theirs)
        finally:
            for end in theirs:
                os.close(end)
        out, err, told = _read([end for end, _ in pairs], timeout, arguments)
        return (int(told.split()[1]), out, err) if told else None

    def _begin(self) -> socket.socket:
        self._control, theirs = socket.socketpair()
        with theirs:
            command = (sys.executable, "-m", "tests.support.warm", str(theirs.fileno()))
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
        return self._control

    def end(self) -> None:
        """It ends when nobody can ask it any more."""
        if self._control and self._process:
            self._control.close()
            self._process.wait()


_warm: list[Warm] = []


@contextmanager
def warm_commands(used: Path) -> Iterator[None]:
    """In the block commands may begin warm. ``used``: as of Warm."""
    warm = Warm(used)
    _warm.append(warm)
    try:
        yield
    finally:
        _warm.pop()
        warm.end()


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout: float, given: str = "") -> Ended | None:
    """How a command ended; None, when it has to begin cold. ``given``: its standard input."""
    if not _warm or not _warm[-1].takes(arguments):
        return None
    return _warm[-1].run(arguments, environment, timeout, given)


def _read(ends: Sequence[int], timeout: float, what: Sequence[str]) -> list[str]:
    """Everything that comes, until all have closed their ends."""
    found, end = {number: bytearray() for number in ends}, time.monotonic() + timeout
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for number in ends:
            stack.callback(os.close, number)
            selector.register(number, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                for pid in found[ends[-1]].split()[:1]:
                    os.kill(int(pid), signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(what), timeout)
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                found[key.fd] += piece
                if not piece:
                    selector.unregister(key.fd)
    return [text.decode() for text in found.values()]


def main() -> int:
    """Copies this process for each command that is asked for; ends when nobody can ask any more."""
    _import_all()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        while True:
            asked, ends, _, _ = socket.recv_fds(control, 1, ENDS + 1)
            if not asked:
                return 0
            if not os.fork():
                break
            for end in ends:
                os.close(end)
    _keep(*ends)


def _import_all() -> None:
    import loader
    from loader.config.settings import RunSettings
    from loader.extract import engines
    from loader.mapping.read import read_dataset
    from loader.render.script import render

    for module in pkgutil.walk_packages(loader.__path__, "loader."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)

    engines.prepare(RunSettings().engine)
    render(read_dataset("discogs"))


def _keep(asked: int, out: int, err: int, told: int) -> NoReturn:
    """In a copy: runs the command in another one, and tells its number, and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    command = os.fork()
    if not command:
        os.close(told)
        _be_command(asked, out, err)
    os.close(out)
    os.close(err)
    os.write(told, f"{command} ".encode())
    _, status = os.waitpid(command, 0)
    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _be_command(asked: int, out: int, err: int) -> NoReturn:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(asked, "rb") as file:
        file.seek(0)
        arguments, environment, folder, given = json.loads(file.read())
    for number, end in enumerate((_input(given), out, err)):
        os.dup2(end, number)
        os.close(end)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["loader", *arguments]
    from loader.cli.main import main as loader

    try:
        code = loader()
    except SystemExit as end:  # of the parser
        code = int(end.code or 0)
    # As Python ends, but without taking all modules apart, which takes longer than a small command.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _input(given: str) -> int:
    """A file that is to be read from its beginning."""
    number = os.memfd_create("given")
    with open(number, "wb", closefd=False) as file:
        file.write(given.encode())
    os.lseek(number, 0, os.SEEK_SET)
    return number


if __name__ == "__main__":
    sys.exit(main())
