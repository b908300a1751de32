"""Deliberate damage: each kind spoils one record, or the file, in one way."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.errors import UsageError


@dataclass(frozen=True)
class Fault:
    """What a kind does, and how a loader must handle it.

    ``expected``: ``reject`` (this record only), ``duplicate`` (one of two versions is loaded), ``unmapped`` (loaded,
    the unknown path is counted), ``damaged`` (the source), ``refused`` (the source).
    """

    expected: str
    what: str
    edit: Callable[[bytes], bytes] | None = None


def _replace(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    expression = re.compile(pattern, re.DOTALL)

    def edit(record: bytes) -> bytes:
        spoilt, times = expression.subn(new, record, count=1)
        assert times == 1, f"no {pattern!r} in the record"
        return spoilt

    return edit


_LABEL_ID = rb'(<label [^>]* id=")(\d+)"'

RECORD_FAULTS = {
    "malformed": Fault("reject", "mismatched end tag", _replace(rb"</title>", b"</titel>")),
    "unescaped_lt": Fault("reject", "unescaped < in text", _replace(rb"</title>", b" a < b</title>")),
    "bad_utf8": Fault("reject", "bytes that are not UTF-8", _replace(rb"</title>", b" \xff\xfe</title>")),
    "nul_byte": Fault("reject", "raw NUL byte", _replace(rb"</title>", b" \x00</title>")),
    "nul_charref": Fault("reject", "character reference to NUL", _replace(rb"</title>", b" &#0;</title>")),
    "bad_integer": Fault("reject", "letters in release_label.label_id", _replace(_LABEL_ID, rb'\g<1>\g<2>x"')),
    "integer_overflow": Fault(
        "reject", "release_label.label_id beyond integer", _replace(_LABEL_ID, rb'\g<1>99999999999"')
    ),
    "missing_key": Fault("reject", "no id", _replace(rb'<release id="\d+"', b"<release")),
    "repeated_scalar": Fault("reject", "two titles", _replace(rb"</title>", b"</title><title>Second</title>")),
    "unknown_element": Fault("unmapped", "element <mood>", _replace(rb"</title>", b"</title><mood>calm</mood>")),
    "duplicate_key": Fault("duplicate", "same id twice", _replace(rb"</title>", b" (Duplicate)</title>")),
}
FILE_FAULTS = {
    "wrong_root": Fault("refused", "root element <discography>"),
    "truncated": Fault("damaged", "the document ends inside a record"),
    "trailing_text": Fault("damaged", "text after the root element"),
    "gzip_bitflip": Fault("damaged", "one flipped bit in the middle of the gzip file"),
    "gzip_truncated": Fault("damaged", "the gzip file ends at 60 %"),
}
FAULTS = RECORD_FAULTS | FILE_FAULTS


def parse_fault(text: str) -> tuple[str, int]:
    """Return the kind and times of ``KIND`` or ``KIND:N``; raises UsageError if N is not a number."""
    kind, _, times = text.partition(":")
    if times and not (times.isascii() and times.isdigit()):
        raise UsageError(f"A fault is KIND or KIND:N, not “{text}”.", hint="N is how many records it spoils.")
    return kind, int(times or 1)


def plan(faults: Sequence[tuple[str, int]], records: int, *, gz: bool) -> tuple[dict[int, str], set[str]]:
    """Return the kind of fault of each faulty record (0-based, evenly spread), and the kinds for the file.

    Raises UsageError for an unknown kind, more faults than records, or a gzip fault without gzip.
    """
    for kind, times in faults:
        if kind not in FAULTS:
            raise UsageError(f"There is no fault “{kind}”.", hint=f"Known are: {', '.join(FAULTS)}.")
        if times < 1:
            raise UsageError(f"A fault happens at least once, not {times} times ({kind}).")
        if kind.startswith("gzip_") and not gz:
            raise UsageError(f"The fault “{kind}” needs compressed dumps.", hint="Add --gz.")
    kinds = [kind for kind, times in faults if kind in RECORD_FAULTS for _ in range(times)]
    of_file = {kind for kind, _ in faults if kind in FILE_FAULTS}
    if len(kinds) > records:
        raise UsageError(f"{len(kinds)} faults do not fit into {records} releases.")
    return {(2 * turn + 1) * records // (2 * len(kinds)): kind for turn, kind in enumerate(kinds)}, of_file


def spoil_file(path: Path, kinds: set[str]) -> None:
    """Damage a finished file as ``kinds`` say."""
    size = path.stat().st_size
    if "gzip_bitflip" in kinds:
        with path.open("r+b") as file:
            file.seek(size // 2)
            byte = file.read(1)[0]
            file.seek(size // 2)
            file.write(bytes([byte ^ 0x10]))
    if "gzip_truncated" in kinds:
        os.truncate(path, size * 6 // 10)
