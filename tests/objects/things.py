"""What users make in and around the schemas of a dataset: how, and a query that tells whether it is as they made it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.objects.tables import OF_TARGET, ON_TABLE, TEXT_COLUMN

SCHEMAS = ("d", "d_stage", "d_build", "d_old", "d_history", "public")
TABLES = ("row", "row_item")
OURS = (
    "row",
    "row_item",
    "row_pkey",
    "_canary",
    "row_key_log",
    "row_decision",
    "changes",
    "row_change",
    "row_s1",
    "row_text",
)

TRIGGER_FUNCTION = """
create function public.mine_function() returns trigger language plpgsql as 'begin return coalesce(new, old); end'
"""


@dataclass(frozen=True)
class Thing:
    """Something of a user's. ``check``: a query of one text, which stays the same; null: it is not there any more.

    ``host``: the table or schema that it is a property of, such as a comment, and goes with; empty: an object.
    ``names``: one of these is told when it is in the way of something.
    """

    make: str
    check: str
    names: tuple[str, ...]
    host: str = ""


# In a schema {s}, under a name {n}: what is made, and what is looked at.
_RELATION = (
    "select concat_ws(' ', c.oid, c.relkind, c.relowner, c.relacl::text, obj_description(c.oid, 'pg_class'), {rows}) "
    "from pg_class as c where c.oid = to_regclass('{s}.{n}')"
)
_ROWS = "(select string_agg(t::text, ',' order by t::text) from {s}.{n} as t)"
_IN_SCHEMA = {
    "table": (
        "create table {s}.{n} (id integer, text text); insert into {s}.{n} values (1, 'a'), (2, 'b'); "
        "comment on table {s}.{n} is 'mine'; grant select on {s}.{n} to public",
        _RELATION.replace("{rows}", _ROWS),
    ),
    "view": ("create view {s}.{n} as select 1 as one", _RELATION.replace("{rows}", _ROWS)),
    "sequence": ("create sequence {s}.{n}; select nextval('{s}.{n}')", _RELATION.replace("{rows}",
    "(select last_value from {s}.{n})")),
    "function": (
        "create function {s}.{n}() returns integer language sql as 'select 7'; comment on function {s}.{n}() is 'mine'",
        "select p.oid || p.prosrc || obj_description(p.oid, 'pg_proc') from pg_proc as p "
        "where p.oid = to_regprocedure('{s}.{n}()')",
    ),
    "enum": ("create type {s}.{n} as enum ('a')", "select to_regtype('{s}.{n}')::oid::text"),
    "domain": ("create domain {s}.{n} as integer check (value > 0)", "select to_regtype('{s}.{n}')::oid::text"),
    "default privileges": (
        "alter default privileges in schema {s} grant select on tables to public",
        "select string_agg(defaclacl::text, ' ') from pg_default_acl where defaclnamespace = to_regnamespace('{s}')",
    ),
    "publication of a schema": (
        "create publication {n} for tables in schema {s}",
        "select string_agg(p.oid::text || s.pnnspid::regnamespace, ' ') from pg_publication as p "
        "left join pg_publication_namespace as s on s.pnpubid = p.oid where p.pubname = '{n}'",
    ),
    "reading view": (
        "create view {s}.{n} with (security_barrier) as select t.id, t.name from d.row as t; "
        "comment on view {s}.{n} is 'mine'; grant select on {s}.{n} to public",
        "select concat_ws(' ', c.oid, pg_get_viewdef(c.oid), c.reloptions::text, c.relacl::text, "
        "obj_description(c.oid, 'pg_class')) from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "materialized view": (
        "create materialized view {s}.{n} as select t.id, t.name from d.row as t; create index {n}_x on {s}.{n} (id); "
        "comment on materialized view {s}.{n} is 'mine'; comment on column {s}.{n}.id is 'mine'; "
        "grant select on {s}.{n} to public; alter materialized view {s}.{n} cluster on {n}_x",
        "select concat_ws(' ', pg_get_viewdef(c.oid), c.relacl::text, obj_description(c.oid, 'pg_class'), "
        "col_description(c.oid, 1), (select string_agg(i.indisclustered || pg_get_indexdef(i.indexrelid), ',') "
        "from pg_index as i where i.indrelid = c.oid)) from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "foreign key": (
        "create table {s}.{n} (id integer constraint {n}_key references d.row on delete cascade); "
        "insert into {s}.{n} values (1); comment on constraint {n}_key on {s}.{n} is 'mine'",
        "select concat_ws(' ', c.oid, (select string_agg(t::text, ',') from {s}.{n} as t), (select "
        "string_agg(concat_ws(' ', k.conname, k.confrelid::regclass, k.confdeltype, "
        "obj_description(k.oid, 'pg_constraint')), ',') "
        "from pg_constraint as k where k.conrelid = c.oid)) from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "published foreign key": (
        "create table {s}.{n} (id integer constraint {n}_key references d.row on delete {action}); "
        "insert into {s}.{n} values (1); create publication {n} for table {s}.{n}",
        "select concat_ws(' ', c.oid, (select string_agg(t::text, ',') from {s}.{n} as t), (select "
        "string_agg(concat_ws(' ', k.conname, k.confrelid::regclass, k.confdeltype), ',') "
        "from pg_constraint as k where k.conrelid = c.oid), (select count(*) from pg_publication_rel as r "
        "where r.prrelid = c.oid)) from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "invoking view": (
        "create view {s}.{n} with (security_invoker) as select t.id from d.row as t; grant select on {s}.{n} to public",
        "select concat_ws(' ', c.oid, pg_get_viewdef(c.oid), c.reloptions::text, c.relacl::text) "
        "from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "event trigger": (
        "create function {s}.{n}() returns event_trigger language plpgsql as $$ declare r record; begin "
        "for r in select * from pg_event_trigger_ddl_commands() where object_type = 'table' and schema_name ~ '^d_' "
        "loop execute format('create trigger {n} after insert on %s for each row "
        "execute function public.mine_function()', r.object_identity); end loop; end $$; "
        "create event trigger {n} on ddl_command_end when tag in ('CREATE TABLE') execute function {s}.{n}()",
        "select evtenabled::text from pg_event_trigger where evtname = '{n}'",
    ),
    "row type": ("create table {s}.{n} (whole d.row)", "select to_regclass('{s}.{n}')::oid::text"),
    "child": (
        "create table {s}.{n} () inherits (d.row)",
        "select c.oid || (select string_agg(i.inhparent::regclass::text, ',') from pg_inherits as i "
        "where i.inhrelid = c.oid) "
        "from pg_class as c where c.oid = to_regclass('{s}.{n}')",
    ),
    "atomic function": (
        "create function {s}.{n}() returns bigint begin atomic select count(*) from d.row; end",
        "select p.oid || pg_get_functiondef(p.oid) from pg_proc as p where p.oid = to_regprocedure('{s}.{n}()')",
    ),
}  # fmt: skip
_OF_HISTORY = (
    "grant select on d_history.changes, d_history.row_change to public",
    "select string_agg(c.relacl::text, ' ' order by c.relname) from pg_class as c "
    "where c.relnamespace = to_regnamespace('d_history') and c.relname in ('changes', 'row_change')",
)
NEEDS_TABLES = {
    "reading view", "invoking view", "materialized view", "foreign key", "published foreign key", "row type", "child",
    "atomic function",
}  # fmt: skip

ACTIONS = ("cascade", "set null", "set default", "no action")


def choose(dice: random.Random, number: int, tables: Sequence[str]) -> Thing:
    """A thing at random. ``tables``: the loader's that are there, by schema and name, on which something may be put."""
    name = f"mine{number}"
    targets = [table for table in tables if table in ("d.row", "d.row_item")]
    kinds = (
        ["in schema"] * 4
        + ["taken name", "comment of a schema", "grant on history"]
        + ["on table"] * 3 * bool(tables)
        + ["of target"] * 3 * bool(targets)
    )
    match dice.choice(kinds):
        case "taken name":
            schema, taken = dice.choice(SCHEMAS[:-1]), dice.choice(OURS)
            return _in_schema("table", schema, taken)
        case "comment of a schema":
            schema = dice.choice(SCHEMAS[:-1])
            check = f"select obj_description(to_regnamespace('{schema}'), 'pg_namespace')"
            return Thing(f"{_schema(schema)}comment on schema {schema} is '{name}'", check, (schema,), schema)
        case "grant on history":
            return Thing(*_OF_HISTORY, ("changes",), "d_history.changes")
        case "in schema":
            kind = dice.choice([kind for kind in _IN_SCHEMA if "d.row" in targets or kind not in NEEDS_TABLES])
            return _in_schema(kind, dice.choice(SCHEMAS), name, dice.choice(ACTIONS))
        case "on table":
            table = dice.choice([*tables, *targets * 2])
            make, check = ON_TABLE[dice.choice([*ON_TABLE])]
            schema = table.split(".")[0]
            on = f"to_regclass('{table}') = (" if table in targets else "0 <> ("
            text = TEXT_COLUMN.get(table.split(".")[1], "text")
            columns = "id, name" if text == "name" else "row_id, text"
            parts = {"t": table, "n": name, "s": schema, "on": on, "text": text, "columns": columns}
            return Thing(make.format(**parts), check.format(**parts), (name,))
        case _:
            table = dice.choice(targets)
            key = table.split(".")[1]
            make, check = (
                text.replace("_gone_since_or_text", TEXT_COLUMN[key]) for text in OF_TARGET[dice.choice([*OF_TARGET])]
            )
            parts = {"t": table, "n": name, "k": key}
            return Thing(make.format(**parts), check.format(**parts), (key,), table)


def _in_schema(kind: str, schema: str, name: str, action: str = "") -> Thing:
    make, check = _IN_SCHEMA[kind]
    parts = {"s": schema, "n": name, "action": action}
    return Thing(_schema(schema) + make.format(**parts), check.format(**parts), (name,))


def _schema(name: str) -> str:
    return f"create schema if not exists {name}; "
