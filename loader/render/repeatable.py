"""Whether an expression of a mapping gives the same result for the same row whenever it runs.

The server does not check that, but its catalog tells. The expression is in a view, whose parsed form names each
function that is called, each table that is read, and each value such as current_date.
"""

from __future__ import annotations

import re

from loader.render.names import literal

# Functions of PostgreSQL that are stable only because of settings that the loader fixes (loader/database/connect.py),
# or because they take values of any type. Functions that read the clock, the session or the catalog are not among them.
_FIXED = (
    "^((date|time|timetz|timestamp|timestamptz|interval)(_.*)?|make_timestamptz|timezone|extract|overlaps"
    "|generate_series|in_range|to_(char|date|number|timestamp)|(array|domain|enum|multirange|range|record)_in"
    "|enum_(first|last|range)|anytextcat|textanycat|concat(_ws)?|format|quote_(literal|nullable)|length"
    "|convert(_from|_to)?|pg_input_is_valid|array_to_(json|string)|row_to_json|to_jsonb?"
    "|jsonb?_((object_)?agg|build|populate|to_record|path).*)$"
)
# Values written without parentheses; the parsed form has their number.
_VALUES = (
    "current_date", "current_time", "current_time", "current_timestamp", "current_timestamp", "localtime", "localtime",
    "localtimestamp", "localtimestamp", "current_role", "current_user", "user", "session_user", "current_catalog",
    "current_schema",
)  # fmt: skip
_FIRST_OF_USERS = 16384  # lower OIDs are PostgreSQL's own

# Returns what differs from run to run; null: nothing. For an aggregate of a user, its functions count.
_QUERY = """
with parsed as (
    select ev_class, ev_action::text as tree
    from pg_rewrite
    where ev_class = {view}::regclass
), routine as (
    select found.number[1]::oid as named, found.number[1]::oid as called
    from parsed, regexp_matches(tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') as found (number)
    union
    select item.typinput, item.typinput
    from parsed, regexp_matches(tree, ':resulttype (\\d+)', 'g') as found (number)
    inner join pg_type as given on given.oid = found.number[1]::oid
    inner join pg_type as item on item.oid in (given.oid, given.typelem)
), named (name, own) as (
    select distinct r.named::regprocedure::text, r.named >= {users}
    from (
        select * from routine
        union
        select r.named, s.called
        from routine as r
        inner join pg_aggregate as a on a.aggfnoid = r.named and r.named >= {users}
        cross join lateral (values (a.aggtransfn::oid), (a.aggfinalfn::oid)) as s (called)
    ) as r
    inner join pg_proc as p on p.oid = r.called
    where
        p.provolatile <> 'i'
        and not (p.provolatile = 's' and p.oid < {users} and p.proname ~ {fixed})
    union
    select (array[{values}])[found.number[1]::integer + 1], false
    from parsed, regexp_matches(tree, 'SQLVALUEFUNCTION :op (\\d+)', 'g') as found (number)
    union
    select found.number[1]::oid::regclass::text, false
    from parsed, regexp_matches(tree, ':rtekind 0 :relid (\\d+)', 'g') as found (number)
    where found.number[1]::oid <> ev_class
)
select
    'it depends on ' || string_agg(name, ', ' order by name)
    || ', so the same file could give other rows another time'
    || case
        when bool_or(own) then ' (if a function depends on its arguments only, declare it: alter function … immutable)'
        else ''
    end
from named
"""

# A literal such as 'today' becomes a date when it is parsed, so the parsed form does not show it. With additional words
# in it, the server refuses it as a date, and accepts it as a text.
_QUOTED = re.compile(r"\"[^\"]*\"|'(?:[^']|'')*'")
_CLOCK_WORD = re.compile(r"\b(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
_MARKED = r"\1, which is another time in each load"


def list_changing(view: str) -> str:
    """A statement that returns what makes the expressions of a view depend on more than their rows; null: nothing."""
    return _QUERY.format(
        view=literal(view), users=_FIRST_OF_USERS, fixed=literal(_FIXED), values=", ".join(map(literal, _VALUES))
    )


def without_clock_words(sql: str) -> str:
    """The same SQL, but the server refuses it if a literal such as 'today' stands for a date or a time in it."""
    return _QUOTED.sub(lambda found: _CLOCK_WORD.sub(_MARKED, found[0]) if found[0][0] == "'" else found[0], sql)
