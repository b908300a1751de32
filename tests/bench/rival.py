"""discogskit, the strongest peer, in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAME = "discogskit"
VERSION = "0.2.0"
CACHE = Path(__file__).resolve().parents[2] / ".cache"


class NotInstalledError(Exception):
    """The rival cannot be had here; the message says why."""


def program() -> Path:
    """The rival's command, installed with pip when it is not there yet. Raises NotInstalledError."""
    folder = CACHE / f"{NAME}-{VERSION}"
    command, done = folder / "bin" / NAME, folder / ".installed"
    if not done.exists():
        print(f"Installing {NAME}=={VERSION} into {folder} …", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
        _run([*pip, "--disable-pip-version-check", f"{NAME}=={VERSION}"])
        done.touch()
    return command


def versions() -> str:
    """What was installed with it, as far as it matters: it decides the speed, too."""
    python = CACHE / f"{NAME}-{VERSION}" / "bin" / "python"
    command = [str(python), "-m", "pip", "list", "--format=freeze"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    wanted = ("adbc-driver-postgresql", "discogskit", "lxml", "pyarrow", "rapidgzip")
    return ", ".join(line for line in listed.stdout.split() if line.partition("==")[0] in wanted)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalledError(
            f"{NAME}=={VERSION} cannot be installed, only our side is measured: {said[-1] if said else 'pip failed'}"
        )
