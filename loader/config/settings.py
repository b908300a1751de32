"""Settings: what there are, each declared once. All that reads, checks, lists or keeps them goes by this module."""

# No `from __future__ import annotations`: a field's type is read here, as it says the words that a setting may be.

from dataclasses import dataclass, fields
from typing import Literal, get_args

from loader.config.declared import PREFIX, Option, Setting, declared, setting
from loader.config.kinds import DatePattern, Flag, Number, Size
from loader.config.max_rejects import MaxRejects, RejectBound
from loader.config.rate import Rate, RowsOrBytes
from loader.config.units import GIB, KIB, MIB

Engine = Literal["columnar", "lxml"]
ENGINES = get_args(Engine)  # the first is taken unless another is asked for

_DAY = 86_400
# A lease of nothing would never let a worker finish, and the server counts no longer times than a week and some.
_TIME = Number(0, 7 * _DAY, "seconds")
_PERCENT = Number(0, 100)
_FOREVER = "0: for ever"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a dataset says about its loads; none of it changes what a record's rows are."""

    visibility: Literal["load", "chunk"] = setting(
        "load", "when a merge is seen: the whole load at once, or as each chunk is done", within="outcome"
    )
    deletes: Literal["ignore", "delete", "mark"] = setting(
        "ignore",
        "what a whole dump no longer has: it stays, is deleted, or is marked in a column `_gone_since`. "
        "A command may only make it `ignore`. Discogs: `delete`",
        within="outcome",
    )
    max_delete_pct: float = setting(
        10,
        "a load that would delete a larger share of an entity's records, in per cent, is refused; "
        "`--allow-deletes` allows it for one load",
        _PERCENT,
        within="limit",
    )
    history: Literal["off", "on"] = setting(
        "off",
        "whether loads keep the versions that they supersede, for [former states and rollbacks](history.md); "
        "needs `visibility: load`",
        within="outcome",
    )
    replace_above_pct: float = setting(
        35,
        "a load that would change a larger share of the records, in per cent, builds the tables anew instead, "
        "unless `--merge`",
        _PERCENT,
        within="start",
    )
    foreign_keys: Literal["report", "not_valid", "enforce"] = setting(
        "report",
        "references: only counted by `loader check`; foreign keys that hold for new rows; foreign keys, and a load "
        "with dangling references is refused",
        within="limit",
    )
    keep_old: bool = setting(True, "keep the version before a replace, for `loader revert`", within="limit")
    max_rejects: MaxRejects = setting(
        MaxRejects(share=0.05),
        "more rejects than either, and nothing is published; the load ends as soon as that is certain. A number "
        "counts the rejects of the whole load, exactly. A share is that of each entity's records; ten rejects of an "
        "entity always pass, unless the share is `0%`",
        RejectBound(),
        within="limit",
    )
    damaged: Literal["refuse", "accept"] = setting(
        "refuse",
        "a file that is cut off or corrupt: refuse it, or load the whole records before the damage",
        within="limit",
    )
    unmapped: Literal["report", "fail"] = setting(
        "report", "elements and attributes that the mapping does not read", within="limit"
    )
    documents: Literal["one", "many"] = setting(
        "one",
        "whether a file may hold several documents, one behind the other. Each has its own root element, which "
        "decides for itself which entities it holds; documents of other roots are passed over, counted and said",
        within="outcome",
    )
    internal_subset: Literal["refuse", "allow"] = setting(
        "refuse",
        "a DOCTYPE with declarations inside. Allowed, only plain entities count; nothing is ever fetched",
        within="outcome",
    )
    snapshot: str | None = setting(
        None,
        "a regular expression with one group: the date in a file's name, as `2026-11-01`, `20261101` or `2026-11`",
        DatePattern(),
        within="start",
    )
    chunk_bytes: int = setting(
        16 * MIB, "size of a chunk in XML; smaller where the files are small", Size(64, 256 * MIB), within="start"
    )


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run may be told beside its mapping; times in seconds, ``max_attempts`` in claims of a chunk.

    Timeouts of 0 are none. ``statement_timeout`` None: a worker's ``max_chunk_time``, and none for all else.
    ``max_rate``: what all workers of the command may bring together (None: all they can). ``memory``: bytes for all
    processes of the command together (None: not looked at). ``max_record``: bytes of the longest record that is read
    (None: what the memory allows).
    """

    lease: float = setting(
        120.0,
        "time until a worker that says nothing loses its chunk; never more than `max_chunk_time`",
        Number(1, _DAY, "seconds"),
        within="limit",
    )
    max_chunk_time: float = setting(
        1800.0,
        "time after which a worker that is [frozen](operations.md#a-frozen-worker), or hangs, loses its chunk and its "
        "connection",
        Number(1, 7 * _DAY, "seconds"),
        within="limit",
    )
    max_attempts: int = setting(5, "claims of a chunk until it is dead", Number(1, 1000, kind=int), within="limit")
    publish_wait: float = setting(600.0, "time that a publication waits for readers", _TIME, within="limit")
    server_wait: float = setting(
        600.0,
        "time that a command waits for a server that is away ([how](operations.md#an-unreachable-server))",
        _TIME,
    )
    engine: Engine = setting(
        ENGINES[0],
        "what reads the records, with equal results "
        "([why two](architecture.md#two-engines-turn-records-into-rows)); as `--engine`",
        option=Option("what reads the records"),
    )
    statement_timeout: float | None = setting(
        None,
        "time after which the server ends a statement; 0: never",
        _TIME,
        shown="none; a worker's is `max_chunk_time`",
    )
    lock_timeout: float = setting(600.0, f"time that a statement waits for a lock; {_FOREVER}", _TIME)
    idle_timeout: float = setting(
        600.0, f"time that a transaction may stand idle until the server ends its session; {_FOREVER}", _TIME
    )
    stall_time: float = setting(
        300.0,
        "time without progress until a load is said to [stall](operations.md#a-stalled-load); 0: never",
        _TIME,
    )
    max_rate: Rate | None = setting(
        None,
        "as [`--max-rate`](#how-much-a-load-may-take)",
        RowsOrBytes(),
        option=Option("of all workers together: 50000rows or 20MB a second", "RATE"),
    )
    memory: int | None = setting(
        None,
        "as [`--memory`](#how-much-a-load-may-take)",
        Size(MIB, 1 << 50),
        option=Option("for all processes of the command together, as 1GB", "SIZE"),
    )
    max_record: int | None = setting(
        None,
        "size of the longest record that is loaded ([longer ones](#how-much-a-load-may-take)); kept with its load",
        Size(KIB, GIB),
        shown="16MB",
    )


OF_DATASETS = {field.name: declared(field) for field in fields(Settings)}
OF_RUNS = {field.name: declared(field) for field in fields(RunSettings)}
SETTINGS: dict[str, Setting] = {**OF_DATASETS, **OF_RUNS}

# Settings of a run that belong to its load, as those of the dataset do: they hold for workers on all hosts.
OF_THE_LOAD = tuple(name for name, setting in OF_RUNS.items() if setting.within)

# Settings of one load that an option alone gives: what a variable or a mapping said would hold for the next one, too.
OF_ONE_LOAD = (Setting("allow_deletes", Flag(), False, "whether `--allow-deletes` was said", "limit", "", None),)

# What variables say besides settings: where the embedded server lives, and the programs that it is to be made of.
HOME, POSTGRES_BIN = f"{PREFIX}HOME", f"{PREFIX}POSTGRES_BIN"
VARIABLES = (HOME, POSTGRES_BIN, *(setting.variable for setting in SETTINGS.values()))
