"""The progress of a load on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from typing import TextIO

from loader.config.units import MB
from loader.database.connect import Connection

BAR_WIDTH = 24
LINE_SECONDS = 5.0  # between two plain lines


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a load is: ``done`` of ``total`` bytes, of the files while ``is_packed``, and of XML otherwise, because
    the content of a compressed file is unknown until it is read through. ``xml``: bytes of XML that are loaded.
    """

    done: int
    total: int
    xml: int
    records: int
    rejects: int
    workers: int
    planned: bool
    is_packed: bool

    @property
    def share(self) -> float:
        """The share that is done, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


def read_progress(connection: Connection, load_id: int) -> Reading:
    """Reads the progress of a load from the database."""
    row = connection.execute(
        "select done_bytes, total_bytes, xml_bytes, records, rejects, workers, planned, is_packed "
        "from loader.load_progress(%s)",
        (load_id,),
    ).fetchone()
    assert row is not None  # an aggregate always returns a row
    return Reading(*row)


class Progress:
    """Shows readings as they arrive. Rates are those of this run, without the work of earlier ones."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._bar = self._stream.isatty()
        self._quiet = quiet
        self._first: tuple[float, Reading] | None = None
        self._share = (
            0.0  # the largest that was shown: bytes of files and of XML differ a little, and nothing goes back
        )
        self._next_line = 0.0
        self._shown = False
        self._phase = ""

    def is_awaited(self) -> bool:
        """Whether a reading would be shown now, so that the query is worthwhile."""
        return not self._quiet and (self._bar or self._first is None or time.monotonic() >= self._next_line)

    def show(self, reading: Reading, *, last: bool = False) -> None:
        """Shows a reading; rates start from the first one."""
        now = time.monotonic()
        if self._first is None:
            self._first = (now, reading)
            self._next_line = now + LINE_SECONDS
        if self._quiet or (not self._bar and not last and now < self._next_line):
            return
        self._next_line = now + LINE_SECONDS
        if last:  # what follows the last record is in no chunk
            reading = replace(reading, done=reading.total)
        self._write(self.line(reading, now - self._first[0]), stay=last)

    def line(self, reading: Reading, seconds: float) -> str:
        """The text of a reading after so many seconds."""
        start = self._first[1] if self._first else reading
        self._share = share = max(self._share, reading.share)
        speed = (reading.xml - start.xml) / seconds if seconds > 0 else 0.0
        records = (reading.records - start.records) / seconds if seconds > 0 else 0.0
        left = _duration(seconds * (1 - share) / (share - start.share)) if share > start.share else "?"
        bar = f"[{'#' * int(share * BAR_WIDTH):<{BAR_WIDTH}}] " if self._bar else ""
        total = f"{reading.total / MB:,.0f} MB{' compressed' if reading.is_packed else ''}"
        return (
            f"{bar}{share:4.0%} of {total}, {speed / MB:.1f} MB/s, {reading.records:,} records ({records:,.0f}/s), "
            f"ETA {left if share < 1 else _duration(0)}, {reading.rejects:,} rejects, {reading.workers} workers"
        )

    def phase(self, text: str) -> None:
        """Shows a step after the last chunk; as plain lines, each kind of text only now and then."""
        kind, now = text.split(" ", maxsplit=1)[0], time.monotonic()
        if self._quiet or (not self._bar and kind == self._phase and now < self._next_line):
            return
        self._phase, self._next_line = kind, now + LINE_SECONDS
        self._write(text, stay=not self._bar)

    def close(self) -> None:
        """Leaves the cursor on a line of its own."""
        if self._shown:
            self._stream.write("\n")
            self._shown = False

    def _write(self, text: str, *, stay: bool) -> None:
        if not self._bar:
            self._stream.write(text + "\n")
        else:
            self._stream.write(f"\r\x1b[2K{text}" + ("\n" if stay else ""))
            self._shown = not stay
        self._stream.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
