"""The progress of a load on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from typing import TextIO

from loader.database.connect import Connection

BAR_WIDTH = 24
LINE_SECONDS = 5.0  # between two plain lines
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a load is: bytes of decoded XML (``total`` is estimated until all is planned), records, rejects."""

    done: int
    total: int
    records: int
    rejects: int
    workers: int
    planned: bool


def read_progress(connection: Connection, load_id: int) -> Reading:
    """Reads the progress of a load from the manifest."""
    row = connection.execute(
        "select done_bytes, total_bytes, records, rejects, workers, planned from loader.load_progress(%s)", (load_id,)
    ).fetchone()
    assert row is not None  # an aggregate has always a row
    return Reading(*row)


class Progress:
    """Shows readings as they come. Rates are those of this run: what an earlier one did does not count."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._bar = self._stream.isatty()
        self._quiet = quiet
        self._first: tuple[float, Reading] | None = None
        self._next_line = 0.0
        self._shown = False
        self._phase = ""

    def show(self, reading: Reading, *, last: bool = False) -> None:
        """Shows a reading; the first one is what the rates start from."""
        now = time.monotonic()
        if self._first is None:
            self._first = (now, reading)
            self._next_line = now + LINE_SECONDS
        if self._quiet or (not self._bar and not last and now < self._next_line):
            return
        self._next_line = now + LINE_SECONDS
        if last:  # what stands behind the last record is in no chunk
            reading = replace(reading, done=reading.total)
        self._write(self.line(reading, now - self._first[0]), stay=last)

    def line(self, reading: Reading, seconds: float) -> str:
        """The text of a reading after so many seconds."""
        start = self._first[1] if self._first else reading
        share = min(1.0, reading.done / reading.total) if reading.total else 0.0
        speed = (reading.done - start.done) / seconds if seconds > 0 else 0.0
        records = (reading.records - start.records) / seconds if seconds > 0 else 0.0
        left = (reading.total - reading.done) / speed if speed > 0 else 0.0
        bar = f"[{'#' * int(share * BAR_WIDTH):<{BAR_WIDTH}}] " if self._bar else ""
        total = f"{'' if reading.planned else '~'}{reading.total / MB:,.0f} MB"
        return (
            f"{bar}{share:4.0%} of {total}, {speed / MB:.1f} MB/s, {reading.records:,} records ({records:,.0f}/s), "
            f"ETA {_duration(left)}, {reading.rejects:,} rejects, {reading.workers} workers"
        )

    def phase(self, text: str) -> None:
        """Shows what is done after the last chunk; as plain lines, each kind of text once in a while."""
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
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
