"""Every SQLSTATE that the loader knows by name, its own and the server's, and how each is handled."""

from __future__ import annotations

from enum import Enum, StrEnum


class Own(StrEnum):
    """SQLSTATEs that routines of the schema `loader` raise; `loader.error_code()` explains each."""

    LEASE_LOST = "LD001"
    WRONG_ISOLATION = "LD002"
    LOAD_OPEN = "LD003"
    MAPPING_CHANGED = "LD004"
    LOAD_INCOMPLETE = "LD005"
    BUILD_LOST = "LD006"
    PUBLICATION_BLOCKED = "LD007"
    PUBLICATION_REFUSED = "LD008"
    TOO_MANY_REJECTS = "LD009"
    REVERT_REFUSED = "LD010"
    SOURCE_DAMAGED = "LD011"
    BALANCE_BROKEN = "LD012"
    UNKNOWN_NAME = "LD013"
    SOURCE_AMBIGUOUS = "LD014"
    DANGLING_REFERENCES = "LD015"
    ROW_CHANGED = "LD016"
    TOO_MANY_DELETIONS = "LD017"
    ROLLBACK_REFUSED = "LD018"
    HISTORY_UNKNOWN = "LD019"
    NAME_TAKEN = "LD020"
    SETTINGS_FIXED = "LD023"
    TWO_ISSUES = "LD028"
    WRITE_UNDONE = "LD029"
    ROWS_HIDDEN = "LD030"
    ALL_REJECTED = "LD031"
    TABLES_CHANGED = "LD034"
    STAGING_LOST = "LD035"
    NOT_READABLE = "LD036"
    NOT_PUBLISHABLE = "LD037"
    DECISIONS_LOST = "LD038"
    INDEX_FAILS = "LD039"
    HISTORY_REFERENCED = "LD042"
    NOT_COMPUTABLE = "LD044"


class Server(StrEnum):
    """PostgreSQL's SQLSTATEs, by the names in appendix A of its manual. Two characters are a
    class: all that begin so.
    """

    CONNECTION_EXCEPTION = "08"
    FEATURE_NOT_SUPPORTED = "0A"
    CARDINALITY_VIOLATION = "21"
    DATA_EXCEPTION = "22"
    INTEGRITY_CONSTRAINT_VIOLATION = "23"
    IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03"
    TRANSACTION_TIMEOUT = "25P04"
    DEPENDENT_DESCRIPTORS_STILL_EXIST = "2B"
    DEPENDENT_OBJECTS_STILL_EXIST = "2BP01"
    INVALID_CATALOG_NAME = "3D000"
    TRANSACTION_ROLLBACK = "40"
    SERIALIZATION_FAILURE = "40001"
    DEADLOCK_DETECTED = "40P01"
    SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION = "42"
    INSUFFICIENT_PRIVILEGE = "42501"
    UNDEFINED_FUNCTION = "42883"
    UNDEFINED_TABLE = "42P01"
    INSUFFICIENT_RESOURCES = "53"
    DISK_FULL = "53100"
    OUT_OF_MEMORY = "53200"
    TOO_MANY_CONNECTIONS = "53300"
    CONFIGURATION_LIMIT_EXCEEDED = "53400"
    PROGRAM_LIMIT_EXCEEDED = "54"
    INDEX_ENTRY_TOO_LARGE = "54000"  # the manual has only the class
    LOCK_NOT_AVAILABLE = "55P03"
    QUERY_CANCELED = "57014"
    SHUTDOWN = "57P"  # an administrator, a crash, a start-up
    SYSTEM_ERROR = "58"
    PLPGSQL_ERROR = "P0"


class Fault(Enum):
    """How an error is handled; docs/operations.md has the table for users."""

    CONNECTION = "the server is away: connect again, with growing pauses"
    CONTENTION = "another session was in the way: the same transaction again, at once"
    RESOURCE = "disk, memory or connections are used up: give the chunk back, end the worker"
    HOST = "this host cannot read the file: give the chunk back, end the worker"
    TERMINAL = "the same bytes would meet the same again: the chunk is dead"
    LEASE_LOST = "the lease is not valid any more: the attempt is void"
    BUILD_LOST = "a server crash emptied the build: begin it anew"
    STOPPED = "told to stop: give the chunk back"
    OTHER = "unknown: the attempt counts, and there is another after a pause"


# How a worker handles each; a longer code takes precedence over its class, and all others are Fault.OTHER.
FAULTS: dict[str, Fault] = {
    Own.LEASE_LOST: Fault.LEASE_LOST,
    Own.BUILD_LOST: Fault.BUILD_LOST,
    Own.BALANCE_BROKEN: Fault.TERMINAL,
    Own.WRITE_UNDONE: Fault.TERMINAL,
    Own.INDEX_FAILS: Fault.TERMINAL,
    Server.CONNECTION_EXCEPTION: Fault.CONNECTION,
    Server.SHUTDOWN: Fault.CONNECTION,
    Server.IDLE_IN_TRANSACTION_SESSION_TIMEOUT: Fault.CONNECTION,  # the session was ended
    Server.TRANSACTION_TIMEOUT: Fault.CONNECTION,  # the same
    Server.SERIALIZATION_FAILURE: Fault.CONTENTION,
    Server.DEADLOCK_DETECTED: Fault.CONTENTION,
    Server.LOCK_NOT_AVAILABLE: Fault.CONTENTION,
    Server.INSUFFICIENT_RESOURCES: Fault.RESOURCE,
    Server.DATA_EXCEPTION: Fault.TERMINAL,
    Server.INTEGRITY_CONSTRAINT_VIOLATION: Fault.TERMINAL,
    Server.SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION: Fault.TERMINAL,
    Server.PROGRAM_LIMIT_EXCEEDED: Fault.TERMINAL,
}

# Causes that an operator can fix if a load cannot finish: it stays open, and the same command continues.
MENDABLE: tuple[str, ...] = (
    Own.LOAD_OPEN,
    Own.PUBLICATION_BLOCKED,
    Own.PUBLICATION_REFUSED,
    Own.DANGLING_REFERENCES,
    Own.TOO_MANY_DELETIONS,
    Own.WRITE_UNDONE,
    Own.ROWS_HIDDEN,
    Own.NOT_READABLE,
    Own.NOT_PUBLISHABLE,
    Own.INDEX_FAILS,
    Own.HISTORY_REFERENCED,
    Server.LOCK_NOT_AVAILABLE,
    Server.QUERY_CANCELED,
    Server.TRANSACTION_ROLLBACK,  # repeated deadlocks
    Server.INSUFFICIENT_RESOURCES,
    Server.PROGRAM_LIMIT_EXCEEDED,  # an index that cannot hold some value
)

# Errors that mean that SQL of a mapping is wrong, when it is tried. All others concern the server or the session.
WRONG_SQL: tuple[str, ...] = (
    Server.FEATURE_NOT_SUPPORTED,
    Server.CARDINALITY_VIOLATION,
    Server.DATA_EXCEPTION,
    Server.INTEGRITY_CONSTRAINT_VIOLATION,
    Server.DEPENDENT_DESCRIPTORS_STILL_EXIST,
    Server.SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION,
    Server.PROGRAM_LIMIT_EXCEEDED,
    Server.SYSTEM_ERROR,
    Server.PLPGSQL_ERROR,
)
