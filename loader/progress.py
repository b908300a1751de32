"""The progress of a load on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
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
    total, done, records, rejects, planned = 0.0, 0, 0, 0, True
    for size, scanned, decoded, chunk_bytes, done_bytes, read, rejected in connection.execute(
        "select s.size, s.scanned, s.decoded_bytes, coalesce(sum(c.end_byte - c.start_byte), 0), "
        "coalesce(sum(c.end_byte - c.start_byte) filter (where c.state = 'done'), 0), "
        "coalesce(sum(c.read), 0), coalesce(sum(c.rejected), 0) "
        "from loader.source as s left join loader.chunk as c using (source_id) where s.load_id = %s group by s.source_id",
        (load_id,),
    ):
        growth = float(chunk_bytes) / scanned if scanned and chunk_bytes else 1.0
        total += float(decoded) if decoded is not None else max(size * growth, float(chunk_bytes))
        planned = planned and decoded is not None
        done, records, rejects = done + int(done_bytes), records + int(read), rejects + int(rejected)
    row = connection.execute(
        "select count(distinct worker) from (select worker from loader.chunk where load_id = %s and state = 'leased' "
        "union all select planner from loader.source where load_id = %s and state = 'planning') as w",
        (load_id, load_id),
    ).fetchone()
    return Reading(done, int(total), records, rejects, int(row[0]) if row else 0, planned)


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
        kind, now = text.split(" ")[0], time.monotonic()
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
