"""All settings, each declared once; whatever reads, checks, lists or keeps settings uses this module."""

# No `from __future__ import annotations`: the types of fields are read here, because they list the allowed words.

from dataclasses import dataclass, fields
from typing import Literal, get_args

from loader.config.declared import PREFIX, Option, Setting, declared, setting
from loader.config.kinds import DatePattern, Flag, Number, Size
from loader.config.max_rejects import MaxRejects, RejectBound
from loader.config.rate import Rate, RowsOrBytes
from loader.config.units import GIB, KIB, MIB

Engine = Literal["columnar", "lxml"]
ENGINES = get_args(Engine)  # the first one is the default

_DAY = 86_400
# With a lease of 0 no worker would ever finish, and the server accepts no times much longer than a week.
_TIME = Number(0, 7 * _DAY, "seconds")
_PERCENT = Number(0, 100)
_UNLIMITED = "0: without limit"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a dataset. None of them changes which rows a record becomes."""

    visibility: Literal["load", "chunk"] = setting(
        "load", "when a merge becomes visible: the whole load at once, or each chunk when it is done", within="outcome"
    )
    deletes: Literal["ignore", "delete", "mark"] = setting(
        "ignore",
        "what happens to records that a full snapshot lacks: they stay, are deleted, or are marked in a column "
        "`_gone_since`. A command can only set it to `ignore`. Discogs: `delete`",
        within="outcome",
    )
    max_delete_pct: float = setting(
        10,
        "percentage of an entity's records; a load that would delete or mark more is refused. `--allow-deletes` "
        "overrides this for one load. It also limits a `--replace`, whatever `deletes` is",
        _PERCENT,
        within="limit",
    )
    history: Literal["off", "on"] = setting(
        "off",
        "whether loads keep previous versions, for [former states and rollbacks](history.md); needs `visibility: load`",
        within="outcome",
    )
    replace_above_pct: float = setting(
        35,
        "percentage of the sampled records; if more differ, a full snapshot with `deletes: delete` is loaded as a "
        "replace, provided that the result is the same; `--merge` prevents this",
        _PERCENT,
        within="start",
    )
    foreign_keys: Literal["report", "not_valid", "enforce"] = setting(
        "report",
        "how references are enforced. `report`: not at all; `loader check` counts dangling references. `not_valid`: by "
        "foreign keys that only check new rows. `enforce`: by valid foreign keys; a load with dangling references is "
        "refused",
        within="limit",
    )
    keep_old: bool = setting(True, "whether a replace keeps the previous tables, for `loader revert`", within="limit")
    max_rejects: MaxRejects = setting(
        MaxRejects(share=0.05),
        "maximum number of rejects: if it is exceeded, the load fails as soon as that is certain, and its changes do "
        "not become visible (with `visibility: chunk`, no further ones). A number applies exactly, to the whole load. "
        "A percentage applies to the records of each entity; ten rejects per entity are always allowed, unless it is "
        "`0%`",
        RejectBound(),
        within="limit",
    )
    damaged: Literal["refuse", "accept"] = setting(
        "refuse",
        "what happens to a truncated or corrupt file: it is refused, or the complete records that could be found "
        "are loaded: those before the damage, and those after it whose position is certain",
        within="limit",
    )
    unmapped: Literal["report", "fail"] = setting(
        "report", "what happens if files have elements or attributes that the mapping does not read", within="limit"
    )
    documents: Literal["one", "many"] = setting(
        "one",
        "whether a file may contain several documents, one after the other. The root element of each document "
        "determines its entities. Documents with unknown root elements are skipped, counted and reported",
        within="outcome",
    )
    internal_subset: Literal["refuse", "allow"] = setting(
        "refuse",
        "whether a DOCTYPE may contain declarations. If so, entities and default attributes that are plain text are "
        "used; nothing is ever fetched",
        within="outcome",
    )
    snapshot: str | None = setting(
        None,
        "a regular expression with one group that finds the date in a file name: `2026-11-01`, `20261101` or `2026-11`",
        DatePattern(),
        within="start",
    )
    chunk_bytes: int = setting(
        16 * MIB, "size of a chunk in XML; chunks of small files are smaller", Size(64, 256 * MIB), within="start"
    )


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Settings of a command, besides those of its mapping. Times are in seconds, ``max_attempts`` in claims of a chunk.

    A timeout of 0 is no limit. ``statement_timeout`` None: ``max_chunk_time`` for workers, and no limit for others.
    ``max_rate``: limit for all workers of the command together (None: no limit). ``memory``: bytes for all processes of
    the command together (None: no limit). ``max_record``: bytes of the longest record that is read (None: as ``memory``
    allows).
    """

    lease: float = setting(
        120.0,
        "time after which a worker without a heartbeat loses its chunk; never more than `max_chunk_time`",
        Number(1, _DAY, "seconds"),
        within="limit",
    )
    max_chunk_time: float = setting(
        1800.0,
        "time after which a worker that hangs or is [frozen](operations.md#a-frozen-worker) loses its chunk and its "
        "connection",
        Number(1, 7 * _DAY, "seconds"),
        within="limit",
    )
    max_attempts: int = setting(
        5, "number of attempts after which a chunk is dead", Number(1, 1000, kind=int), within="limit"
    )
    publish_wait: float = setting(600.0, "time that a publication waits for readers", _TIME, within="limit")
    server_wait: float = setting(
        600.0,
        "time that a command waits for an unreachable server ([how](operations.md#an-unreachable-server))",
        _TIME,
    )
    engine: Engine = setting(
        ENGINES[0],
        "the engine that reads the records; both give equal results "
        "([why two](architecture.md#two-engines-turn-records-into-rows)). The same as `--engine`",
        option=Option("engine that reads the records"),
    )
    statement_timeout: float | None = setting(
        None,
        "time after which the server cancels a statement; 0: never",
        _TIME,
        shown="none; for workers: `max_chunk_time`",
    )
    lock_timeout: float = setting(600.0, f"time that a statement waits for a lock; {_UNLIMITED}", _TIME)
    idle_timeout: float = setting(
        600.0, "time after which the server ends the session of an idle transaction; 0: never", _TIME
    )
    stall_time: float = setting(
        300.0,
        "time without progress after which a load is reported as [stalled](operations.md#a-stalled-load); 0: never",
        _TIME,
    )
    max_rate: Rate | None = setting(
        None,
        "the same as [`--max-rate`](#limits-on-rate-and-memory)",
        RowsOrBytes(),
        option=Option("limit per second for all workers together, such as 50000rows or 20MB", "RATE"),
    )
    memory: int | None = setting(
        None,
        "the same as [`--memory`](#limits-on-rate-and-memory)",
        Size(MIB, 1 << 50),
        option=Option("memory limit for all processes of the command together, such as 1GB", "SIZE"),
    )
    max_record: int | None = setting(
        None,
        "maximum size of a record ([longer records](#limits-on-rate-and-memory)); fixed for the whole load",
        Size(KIB, GIB),
        shown="16MB",
    )


OF_DATASETS = {field.name: declared(field) for field in fields(Settings)}
OF_RUNS = {field.name: declared(field) for field in fields(RunSettings)}
SETTINGS: dict[str, Setting] = {**OF_DATASETS, **OF_RUNS}

# Settings of a command that belong to its load, like those of the dataset: they apply to workers on all hosts.
OF_THE_LOAD = tuple(name for name, setting in OF_RUNS.items() if setting.within)

# Settings of one load that only an option can give: from a variable or a mapping they would affect the next load, too.
OF_ONE_LOAD = (Setting("allow_deletes", Flag(), False, "whether `--allow-deletes` was given", "limit", "", None),)

# Variables that are no settings: the directory of the embedded server, and that of its programs.
HOME, POSTGRES_BIN = f"{PREFIX}HOME", f"{PREFIX}POSTGRES_BIN"
VARIABLES = (HOME, POSTGRES_BIN, *(setting.variable for setting in SETTINGS.values()))
