"""What statements took on the server, from a log written with log_statement_stats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The kinds of statements of a load, by how they begin (scripts that define routines name them, too); the first counts.
KINDS = {
    "COPY": r"copy ",
    "chunk's end": r"call .*\bmerge_chunk\b",
    "text staging": r"select .*\b(stage_chunk|locate_reject|reject_record)\b",
    "keys": r"select .*\bbuild_table\b",
    "duplicates": r"select .*\bresolve_build\b",
    "apply or publish": r"(select|call) .*\b(finish_load|assert_complete|estimate_apply)\b",
    "plan": r"select .*\b(plan_\w+|claim_source|heartbeat_source|finish_source)\b",
    "claim": r"select .*\b(claim_chunk|fence_chunk|has_work|heartbeat_chunk)\b",
    "transaction": r"(begin|commit|savepoint|release|rollback)\b",
    "staging made": r"select .*\btake_slot\b",
    "summary": r"select ('\w+', )?count\(\*\) from",
}
OTHER = "install, register, progress"

# Of a message: process, what it is about, the line with the seconds, the statement with its further, indented lines.
_ENTRY = re.compile(
    r"^(?P<pid>\d+) LOG:  (?P<what>\w+)(?: MESSAGE)? STATISTICS\n"
    r"(?:\d+ DETAIL:|\t).*\n"
    r"\t!\t(?P<user>[\d.]+) s user, (?P<system>[\d.]+) s system, (?P<elapsed>[\d.]+) s elapsed\n"
    r"(?:\t!.*\n)*"
    r"\d+ STATEMENT:  (?P<text>.*\n(?:\t.*\n)*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, or the parsing or binding of one; CPU seconds."""

    pid: int
    text: str
    cpu: float

    @property
    def kind(self) -> str:
        """Its kind: a key of KINDS, or OTHER."""
        text = self.text.lower()
        return next((kind for kind, pattern in KINDS.items() if re.match(pattern, text, re.DOTALL)), OTHER)


def statements(log: Path, start: int) -> Iterator[Statement]:
    """The statements in a server's log behind an offset."""
    with open(log, "rb") as file:
        file.seek(start)
        text = file.read().decode(errors="replace")
    for found in _ENTRY.finditer(text):
        cpu = float(found["user"]) + float(found["system"])
        yield Statement(int(found["pid"]), found["text"].replace("\n\t", "\n").strip(), cpu)


def by_kind(found: Iterator[Statement]) -> dict[str, tuple[int, float]]:
    """Kind: messages and CPU seconds, in the order of KINDS."""
    totals = {kind: (0, 0.0) for kind in (*KINDS, OTHER)}
    for statement in found:
        count, cpu = totals[statement.kind]
        totals[statement.kind] = (count + 1, cpu + statement.cpu)
    return {kind: total for kind, total in totals.items() if total[0]}
