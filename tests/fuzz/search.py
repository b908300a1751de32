"""The fuzz tests with seeds of their own, until the time is over."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.damage import damage, damage_gzip, pack
from tests.fuzz.documents import make, make_many
from tests.fuzz.judge import check, check_many, check_packed

SLOW_S = 20  # of processor time, for one small document


def once(folder: Path, seed: int) -> None:
    """What this seed makes."""
    _WAYS[seed % len(_WAYS)](random.Random(seed), folder)


def search(folder: Path, seconds: float) -> int:
    """Print each failure and its seed; 1 when there was one."""
    end, failed, tried = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        seed = random.SystemRandom().getrandbits(48)
        tried += 1
        start = time.process_time()
        try:
            once(folder, seed)
            if time.process_time() - start > SLOW_S:
                raise AssertionError("it took too long")
        except Exception:  # whatever it is, it is what we look for
            failed += 1
            traceback.print_exc()
            print(f"seed {seed}: python -m tests.fuzz --seed {seed}", flush=True)
    print(f"{tried:,} documents, {failed} failures")
    return 1 if failed else 0


def _whole(chance: random.Random, folder: Path) -> None:
    data, form = make(chance)
    check(data, form, folder / "dump.xml")


def _damaged(chance: random.Random, folder: Path) -> None:
    data, form = make(chance)
    check(damage(chance, data), form, folder / "dump.xml")


def _gzip(chance: random.Random, folder: Path) -> None:
    data, form = make(chance)
    packed = pack(chance, data)
    check_packed(chance.choice((packed, damage_gzip(chance, packed))), form, folder / "dump.xml.gz")


def _many(chance: random.Random, folder: Path) -> None:
    parts, form = make_many(chance)
    check_many(parts, form, folder / "dump.xml")


_WAYS: tuple[Callable[[random.Random, Path], None], ...] = (_whole, _damaged, _damaged, _damaged, _gzip, _many)
