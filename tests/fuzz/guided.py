"""The same checks with inputs that atheris makes, led by which lines of the loader they reach."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fuzz.corpus import DAMAGED, GOOD
from tests.fuzz.documents import Form

_LONGEST = 4096


def run(folder: Path, seconds: float) -> int:
    """Does not return: atheris ends the process, with an error when it has found something."""
    try:
        import atheris
    except ModuleNotFoundError:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["loader.source", "loader.extract"]):
        from tests.fuzz.judge import check
    corpus = folder / "corpus"
    corpus.mkdir()
    known = [*DAMAGED.values(), *(data for data, _ in GOOD.values())]
    for number, data in enumerate(data for data in known if len(data) < _LONGEST):
        (corpus / str(number)).write_bytes(data)

    def one(data: bytes) -> None:
        check(data, Form(), folder / "dump.xml")

    kept = Path(".cache") / "fuzz"
    kept.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={int(seconds)}", f"-max_len={_LONGEST}", "-timeout=20", f"-artifact_prefix={kept}/"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], one)
    atheris.Fuzz()
    return 0
