"""The result of a load: the balance per source, the rows per table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from loader.config.units import MB
from loader.database.connect import Connection
from loader.mapping.dataset import Dataset
from loader.report.gaps import Gap, gap_lines, read_gaps
from loader.report.problems import outage_line, problem_lines, read_problems
from loader.report.undeclared import declaration

# The outcomes of the records that were read; `filtered` is shown beside them if there are any.
BALANCE = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")
MAX_UNMAPPED = 20

# Kinds of events that report what a load did not do as requested, or left alone.
NOTICES = ("rows_kept", "source_copied", "files_passed_over", "entities_unfed", "index_left_out", "repaired",
           "rejected_not_kept", "table_left", "deletions_unknown", "grantor_changed")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a load, from the database.

    ``counts``: records by outcome, for each of ``sources``; ``tables``: rows now in the target; ``xml_bytes``:
    uncompressed; ``unmapped``: path, count, example; ``conflicts``: versions that lost to another version of their key;
    ``entities``: for each, what was read, rejected, deleted, kept and recomposed. ``errors``: all problems, from
    `read_problems`; ``retries``: of transactions that deadlocks and the like had undone; ``outages``, ``away``: how
    often, and how many seconds, the server was unreachable. ``gaps``: what it looked for and did not find.
    """

    load_id: int
    dataset: str
    mode: str
    state: str
    seconds: float
    xml_bytes: int
    counts: dict[str, int]
    sources: list[dict[str, Any]]
    tables: dict[str, int]
    unmapped: list[tuple[str, int, str]]
    notices: list[str]
    conflicts: int = 0
    entities: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    retries: int = 0
    outages: int = 0
    away: float = 0.0
    gaps: list[Gap] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Records that were rejected."""
        return self.counts["rejected"]

    @property
    def recomposed(self) -> int:
        """Rows that have changed although no record with their keys was read."""
        return sum(int(entity["recomposed"]) for entity in self.entities)

    @property
    def empty(self) -> list[str]:
        """Names of the sources without records."""
        return [source["name"] for source in self.sources if source["read"] + source["filtered"] == 0]

    def as_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "load": self.load_id, "dataset": self.dataset, "mode": self.mode, "state": self.state,
            "seconds": round(self.seconds, 3), "xml_bytes": self.xml_bytes, **self.counts, "sources": self.sources,
            "tables": self.tables,
            "unmapped": [{"path": path, "count": count, "example": example} for path, count, example in self.unmapped],
            "notices": self.notices, "conflicts": self.conflicts, "errors": self.errors, "retries": self.retries,
            "entities": self.entities, "outages": self.outages, "away_seconds": round(self.away, 3),
            "gaps": [gap.as_json() for gap in self.gaps], "empty": self.empty,
        }  # fmt: skip

    def as_text(self) -> str:
        """As lines for people."""
        width = max(len(name) for name in ("source", *self.tables, *(s["name"] for s in self.sources)))
        lines = [f"{'table':<{width}} {'rows':>12}"]
        lines += [f"{name:<{width}} {rows:>12,}" for name, rows in self.tables.items()]
        shown = (*BALANCE, *(name for name in ("deleted", "filtered") if self.counts[name]))
        lines += ["", f"{'source':<{width}} " + " ".join(f"{name:>10}" for name in shown)]
        lines += [
            f"{source['name']:<{width}} " + " ".join(f"{source[name]:>10,}" for name in shown)
            for source in self.sources
        ]
        if self.unmapped:
            lines += ["", "paths that no mapping reads (name them under `ignore`, or map them):"]
            lines += [
                f"  {path}: {count:,}, for example {example!r}" for path, count, example in self.unmapped[:MAX_UNMAPPED]
            ]
            if len(self.unmapped) > MAX_UNMAPPED:
                lines.append(f"  ... and {len(self.unmapped) - MAX_UNMAPPED} more: select * from loader.unmapped")
            lines += [f"  {line}" for line in declaration([path for path, _, _ in self.unmapped])]
        if self.gaps:
            left = [f"  {gap.as_text()}" for gap in self.gaps if gap.kind == "left_out"]
            others = [gap for gap in self.gaps if gap.kind != "left_out"]
            if others:
                lines += ["", "not found or set to NULL:", *(f"  {line}" for line in gap_lines(others, self.load_id))]
            lines += ["", "left out by where:", *left] if left else []
        lines += [f"note: {notice}" for notice in self.notices]
        lines += [f"error: {line}" for line in problem_lines(self.errors)]
        lines += [f"note: {line}" for line in (*self._doubtful(), *self._recomposed())]
        lines += [f"note: {name} holds no record" for name in self.empty]
        if self.retries:
            lines.append(f"note: transactions retried after conflicts with other sessions: {self.retries:,}")
        if self.outages:
            lines.append(f"note: {outage_line(self.outages, self.away)}")
        if self.conflicts:
            lost = f"{self.conflicts:,} versions lost to another one of their key"
            lines.append(f"\n{lost}: loader diff {self.load_id} --conflicts")
        speed = f", {self.xml_bytes / self.seconds / MB:.1f} MB/s" if self.seconds else ""
        time = f" in {self.seconds:.1f} s" if self.seconds else ""
        written = self.recomposed or any(self.counts[name] for name in ("inserted", "updated", "deleted"))
        unchanged = "" if written or self.mode == "replace" else ", nothing has changed"
        lines.append(
            f"\nload {self.load_id} ({self.mode}) is {self.state}{unchanged}: {self.counts['read']:,} records, "
            f"{self.xml_bytes / MB:,.1f} MB of XML{time}{speed}"
        )
        if self.rejected:
            lines.append(f"{self._missing()}: loader rejects list {self.dataset}")
        return "\n".join(lines)

    def _doubtful(self) -> Iterator[str]:
        """How many deletions may be of records that were rejected."""
        for entity in self.entities:
            if doubtful := min(entity["without_key"], entity["deleted"]):
                yield (
                    f"{doubtful:,} of the {entity['deleted']:,} deleted {entity['entity']} records may be records that "
                    "were rejected and whose keys cannot be read"
                )

    def _recomposed(self) -> Iterator[str]:
        """How many rows have changed besides those of the records that were read."""
        for entity in self.entities:
            if count := entity["recomposed"]:
                yield (
                    f"{count:,} {entity['entity']} rows were computed again from other sources, because versions of "
                    "their keys no longer count"
                )

    def _missing(self) -> str:
        """Which records were rejected, and what that means for the tables."""
        told = [
            f"{entity['rejected']:,} of {entity['read']:,} {entity['entity']} records"
            for entity in self.entities
            if entity["rejected"]
        ]
        kept = sum(entity["kept"] for entity in self.entities)
        return f"{' and '.join(told) or f'{self.rejected:,} records'} were rejected{_kept(kept, self.rejected)}"


def _kept(kept: int, rejected: int) -> str:
    """What the tables contain for records that were rejected."""
    if not kept:
        return " and are missing"
    missing = {0: "", 1: ", the other one is missing"}.get(max(0, rejected - kept), ", the others are missing")
    return f"; {kept:,} {'row stays as it was' if kept == 1 else 'rows stay as they were'}{missing}"


def summary(
    connection: Connection, dataset: Dataset, load_id: int, seconds: float, rows: Mapping[str, int] | None = None
) -> Summary:
    """Reads the summary of a load that took ``seconds``; counts the rows of its tables, unless they are in ``rows``."""
    state = connection.execute(
        "select mode, state, conflicts, coalesce(decoded_bytes, 0)::bigint, retries::bigint, outages, "
        "extract(epoch from away)::float8, "
        "read::bigint, inserted::bigint, updated::bigint, unchanged::bigint, duplicate::bigint, rejected::bigint, "
        "deleted::bigint, filtered::bigint from loader.load_status where load_id = %s",
        (load_id,),
    ).fetchone()
    assert state is not None
    mode, ended, conflicts, decoded, retries, outages, away, *balance = state
    names = ("name", "state", *BALANCE, "deleted", "filtered")
    sources = [
        {name: int(item) if isinstance(item, Decimal) else item for name, item in zip(names, row, strict=True)}
        for row in connection.execute(
            "select name, state, read, inserted, updated, unchanged, duplicate, rejected, deleted, filtered "
            'from loader.source_status where load_id = %s order by name collate "C"',
            (load_id,),
        )
    ]
    unmapped = connection.execute(
        "select path, sum(count)::bigint, min(example) from loader.unmapped where load_id = %s "
        "group by path order by 2 desc, 1",
        (load_id,),
    ).fetchall()
    notices = connection.execute("select loader.list_messages(%s, %s)", (load_id, list(NOTICES))).fetchall()
    with connection.cursor(row_factory=dict_row) as cursor:
        entities = cursor.execute("select * from loader.entity_counts(%s)", (load_id,)).fetchall()
    tables = _rows(connection, dataset, load_id, rows or {})
    counts = dict(zip((*BALANCE, "deleted", "filtered"), balance, strict=True))
    return Summary(
        load_id, dataset.name, mode, ended, seconds, decoded, counts, sources, tables,
        [(path, count, example) for path, count, example in unmapped], [text for (text,) in notices],
        conflicts, entities, read_problems(connection, load_id), retries, outages, away,
        read_gaps(connection, dataset, load_id, [path for path, _, _ in unmapped]),
    )  # fmt: skip


def _rows(connection: Connection, dataset: Dataset, load_id: int, known: Mapping[str, int]) -> dict[str, int]:
    """The number of rows of each table of the load's entities; ``known``: those that need not be counted."""
    roots = connection.execute("select entity from loader.load_roots(%s)", (load_id,)).fetchall()
    tables = [table.name for table in dataset.tables if (table.entity,) in roots]
    counts = [
        sql.SQL("select {}, count(*) from {}").format(sql.Literal(name), sql.Identifier(dataset.name, name))
        for name in tables
        if name not in known
    ]
    counted = connection.execute(sql.SQL(" union all ").join(counts)).fetchall() if counts else []
    found = {**known, **dict(counted)}
    return {name: found[name] for name in tables}
