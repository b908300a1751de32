"""Names and literals as SQL text."""

from __future__ import annotations

import hashlib
import re

from loader.mapping.dataset import Dataset
from loader.mapping.table_places import mapping_error, place_of
from loader.mapping.tables import MAX_NAME_BYTES, Index, Table

_NAME = re.compile(r"[^\W\d_]\w*\Z")
_TYPE = re.compile(r"[a-z]+( precision|\([0-9]+\))?(\[\])?\Z")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")

# Every keyword of PostgreSQL 15 to 18 that is not "unreserved": pg_get_keywords().
_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national
    natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
    placing position precision primary real references returning right row select session_user setof similar
    smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true
    union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
"""
# Reserved in PL/pgSQL only, which would take them for its own words in the routines that are rendered.
_WORDS_OF_PLPGSQL = "begin by declare execute foreach if loop strict while"
_KEYWORDS = frozenset(f"{_WORDS} {_WORDS_OF_PLPGSQL}".split())


def check_names(dataset: Dataset) -> None:
    """Raises ValueError for names and types that could break out of templates that insert them unquoted: a mapping from
    the cache was not checked in this process.
    """
    names = [dataset.name, *(entity.name for entity in dataset.entities)]
    for table in dataset.tables:
        columns = (*table.key, *table.all_columns)
        names += [table.name, *table.primary_key, *(column.name for column in columns)]
        for column in columns:
            if not _TYPE.match(column.sql_type):
                raise ValueError(f"{column.sql_type!r} is not a type")
    for name in names:
        if not _NAME.match(name):
            raise ValueError(f"{name!r} is not a name")


def ident(name: str) -> str:
    """A name in SQL: quoted only if necessary, so that rendered SQL reads as if written by hand."""
    if _PLAIN.match(name) and name not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A string constant on one line, without the `$$` that would end the body of the routine around it.

    A backslash has the same meaning with any standard_conforming_strings where the routine runs, for example in psql.
    """
    quoted = "'" + str(text).replace("'", "''") + "'"
    if any(mark in quoted for mark in ("\n", "\r", "$$", "\\", "\x1a")):
        escaped = quoted.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\x1a", "\\x1A")
        return "E" + escaped.replace("$$", "$\\x24")
    return quoted


def index_name(index: Index, table: Table) -> str:
    """`<table>_<columns>_idx`, shortened by a digest where PostgreSQL would cut it off."""
    tail = "_".join(index.columns) or hashlib.sha256((index.expression or "").encode()).hexdigest()[:8]
    name = f"{table.name}_{tail}_idx"
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[:50].decode(errors='ignore')}_{digest}"


def index_lines(dataset: Dataset, message: str) -> list[str]:
    """Where the mapping makes the indexes that a message of the server names; nothing for indexes of users."""
    return [
        str(mapping_error(dataset, [((*place_of(dataset, table), "indexes", number), "makes this index")]))
        for table in dataset.tables
        for number, index in enumerate(table.indexes)
        if f" {ident(dataset.name)}.{ident(index_name(index, table))} " in message
    ]
