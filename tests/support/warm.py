"""Commands that begin as copies of a process that has imported the loader, and compiled its templates, already.

Most of what a small load costs is that. A copy is a process of its own, with an environment, a folder, input and output
of its own, as `python -m loader` is; what is lost is only that imports are tried anew. So the first use of each command
in a test run goes the long way, and so does whatever leaves processes behind.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
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
SHELL = Path(__file__).with_name("warm_shell.py")
COLD = {"db", "psql"}
ENDS = 5  # the command line, standard input, output and error, and what tells the end
Ended = tuple[int, str, str]  # exit code (negative: the signal that ended it), output, errors


class Copy:
    """A copy that goes on: what subprocess.Popen would show of it. Its output and errors are one."""

    def __init__(self, arguments: Sequence[str], pid: int, output: int, told: int) -> None:
        self.args, self.pid = list(arguments), pid
        self.returncode: int | None = None
        self.stdout = os.fdopen(output, encoding="utf-8")
        self._told = told

    def poll(self) -> int | None:
        """How it ended; None while it goes on."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended."""
        if self.returncode is None:
            end = None if timeout is None else time.monotonic() + timeout
            self.returncode = int(_piece(self._told, end, self.args))
            os.close(self._told)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, None]:
        """What it has printed, and nobody has read yet, until its end."""
        text, end = bytearray(), time.monotonic() + timeout
        if not self.stdout.closed:
            with self.stdout:
                while piece := _piece(self.stdout.fileno(), end, self.args):
                    text += piece
        self.wait(max(0.0, end - time.monotonic()))
        return text.decode(), None

    def send_signal(self, number: signal.Signals) -> None:
        """Signals it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


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
        pairs = [os.pipe() for _ in range(3)]
        self._ask(arguments, environment, _file(given), *(end for _, end in pairs))
        out, err, told = _read([end for end, _ in pairs], timeout, arguments)
        return (int(told.split()[1]), out, err) if told else None

    def begin(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Copy | None:
        """A command that goes on, in a process group of its own, without input; None as above."""
        (output, out), (told, end) = os.pipe(), os.pipe()
        self._ask(arguments, environment, _file(""), out, os.dup(out), end)
        pid = b""
        while digit := os.read(told, 1).strip():
            pid += digit
        return Copy(arguments, int(pid), output, told) if pid else None

    def control(self) -> socket.socket:
        """What the process that is copied can be asked through."""
        if self._control is None:
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

    def _ask(self, arguments: Sequence[str], environment: Mapping[str, str], *ends: int) -> None:
        asked = _file(json.dumps([list(arguments), dict(environment), os.getcwd()]))
        try:
            with suppress(BrokenPipeError):
                socket.send_fds(self.control(), [b"!"], [asked, *ends])
        finally:
            for end in (asked, *ends):
                os.close(end)


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


def begin(arguments: Sequence[str], environment: Mapping[str, str]) -> Copy | None:
    """A command that goes on; None, when it has to begin cold."""
    return _warm[-1].begin(arguments, environment) if _warm and _warm[-1].takes(arguments) else None


@contextmanager
def for_shells() -> Iterator[tuple[list[str], list[int]]]:
    """In the block: a command line that a shell may begin commands with, and what it has to inherit for that."""
    if not _warm or sys.platform != "linux":
        yield [sys.executable, "-m", "loader"], []
        return
    with socket.fromfd(_warm[-1].control().fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as control:
        yield [sys.executable, "-IS", str(SHELL), str(control.fileno())], [control.fileno()]


def _file(text: str) -> int:
    """A file that is to be read from its beginning."""
    number = os.memfd_create("given")
    with open(number, "wb", closefd=False) as file:
        file.write(text.encode())
    os.lseek(number, 0, os.SEEK_SET)
    return number


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


def _piece(number: int, end: float | None, what: Sequence[str]) -> bytes:
    """What comes next; nothing when all have closed their ends."""
    left = None if end is None else max(0.0, end - time.monotonic())
    if not select.select([number], [], [], left)[0]:
        raise subprocess.TimeoutExpired(list(what), left or 0.0)
    return os.read(number, 1 << 16)


def main() -> int:
    """Copies this process for each command that is asked for; ends when nobody can ask any more."""
    _import_all()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        while True:
            asked, ends, _, _ = socket.recv_fds(control, 1, ENDS)
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


def _keep(asked: int, given: int, out: int, err: int, told: int) -> NoReturn:
    """In a copy: runs the command in another one, which tells its number, and tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    command = os.fork()
    if not command:
        os.setsid()
        os.write(told, f"{os.getpid()} ".encode())
        os.close(told)
        _be_command(asked, given, out, err)
    for end in (given, out, err):
        os.close(end)
    _, status = os.waitpid(command, 0)
    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _be_command(asked: int, *ends: int) -> NoReturn:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(asked, "rb") as file:
        arguments, environment, folder = json.loads(file.read())
    for number, end in enumerate(ends):
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


if __name__ == "__main__":
    sys.exit(main())
