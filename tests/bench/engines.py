"""The extraction engines that can be measured: those of the loader whose libraries are installed."""

from __future__ import annotations

from loader.config.settings import ENGINES
from loader.extract.engines import prepare


def available() -> list[str]:
    """The names of the engines that are installed, the default first."""
    return [name for name in ENGINES if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        prepare(name)
    except ImportError:
        return False
    return True
