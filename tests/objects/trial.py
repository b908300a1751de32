"""One sequence: things that users make, commands, and a look at every thing after each step."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from loader.database.connect import connect
from loader.database.migrate import migrate
from tests.objects.commands import Commands, scripts
from tests.objects.things import SCHEMAS, TRIGGER_FUNCTION, Thing, choose

# Refusals for another reason than somebody's objects: nothing to go back to, a load is open, there is no dataset.
OTHER_REASONS = {"LD003", "LD010", "LD013", "LD018"}
STEPS = range(8, 16)
SHARE_QUOTED = 0.2  # of the steps of commands that run with quote_all_identifiers
# Sequences per session. What one has rolled back costs those after it: the plans of its routines stay in the session,
# which looks at all of them whenever something is created or dropped, and its catalog rows stay in the database.
PER_SESSION = 20

TABLES = """
select o.schema_name || '.' || o.object_name from loader.owned_objects('d') as o
join pg_class as c on c.oid = o.object_oid
where o.kind = 'relation' and c.relkind in ('r', 'p') and not c.relispartition order by 1
"""


class HarmError(AssertionError):
    """Something of a user's was harmed, or a refusal did not name it."""


class Trial:
    """A sequence in one transaction, which is rolled back: each step of a command is a savepoint."""

    def __init__(
        self, connection: psycopg.Connection[object], seed: int, rendered: list[bytes], colliding: list[bytes]
    ) -> None:
        self._connection, self._dice = connection, random.Random(seed)
        self._quoting = random.Random(seed)
        self._loader, self._colliding = Commands(connection, self._dice, rendered), colliding
        self._things: dict[Thing, str] = {}
        self.told: list[str] = []
        self.made = self.commands = self.refused = 0

    def run(self) -> None:
        """Raises HarmError with what was done."""
        try:
            self._connection.execute(TRIGGER_FUNCTION)
            for number in range(self._dice.choice(STEPS)):
                if self._dice.random() < 0.45:
                    self._make(number)
                elif not self._command():
                    break
        except (AssertionError, psycopg.Error) as error:
            raise HarmError("\n".join([*self.told, f"{type(error).__name__}: {error}"])) from error
        finally:
            self._connection.rollback()

    def _make(self, number: int) -> None:
        exists = self._one("select to_regclass('loader.owned_object')::text")
        tables = [str(name) for (name,) in self._connection.execute(TABLES).fetchall()] if exists else []
        thing = choose(self._dice, number, tables)
        schemas = {name for name in SCHEMAS if self._one(_oid_of(name))}
        try:
            with self._connection.transaction():
                self._connection.execute(thing.make.encode(), prepare=False)
        except psycopg.Error:
            return  # such a thing cannot be made there
        self.told.append(thing.make)
        self.made += 1
        made = [
            Thing("", _oid_of(name), (name,)) for name in SCHEMAS if name not in schemas and self._one(_oid_of(name))
        ]
        self._things = {each: self._one(each.check) for each in [*self._things, *made, thing]}
        self._things = {each: state for each, state in self._things.items() if state}

    def _command(self) -> bool:
        """Runs a command at random; whether another may follow."""
        commands: dict[str, tuple[int, Callable[[], list[Callable[[], object]]]]] = {
            "install": (2, self._loader.install),
            "load": (4, lambda: self._loader.load(self._dice.choice(["merge", None]))),
            "replace": (4, lambda: self._loader.load("replace")),
            "begin": (1, lambda: self._loader.load(self._dice.choice(["merge", "replace"]), finished=False)),
            "cancel": (1, self._loader.cancel),
            "rollback": (2, self._loader.rollback),
            "revert": (2, self._loader.revert),
            "drop": (1, self._loader.drop),
            "overlaps": (1, self._loader.overlaps),
            "other": (1, lambda: self._loader.other(self._colliding)),
            "uninstall": (1, self._loader.uninstall),
        }
        if not self._one("select dataset from loader.dataset where dataset = 'd'"):
            commands = {name: commands[name] for name in ("install", "other", "uninstall")}
            commands["install"] = (8, self._loader.install)
        name = self._dice.choices([*commands], [weight for weight, _ in commands.values()])[0]
        self.told.append(f"-- {name}")
        self.commands += 1
        done = self._steps(commands[name][1]())
        if not done and name in ("load", "replace"):
            self._steps(self._loader.cancel())
        return not (done and name == "uninstall")

    def _steps(self, steps: list[Callable[[], object]]) -> bool:
        """Runs the steps of a command until one is refused; whether none was."""
        for step in steps:
            try:
                with self._connection.transaction():
                    self._quote(self._quoting.random() < SHARE_QUOTED)
                    step()
                    self._connection.execute("set constraints all immediate")
                    self._quote(False)
            except psycopg.Error as error:
                self._look_at_refusal(error)
                self._look()
                return False
            self._look()
        return True

    def _quote(self, quoted: bool) -> None:
        """Whether the server quotes all names that it tells, as it does for some people; the next step may differ."""
        self._connection.execute("select set_config('quote_all_identifiers', %s, true)", (str(quoted),))

    def _look(self) -> None:
        """Everything is as it was made; what belongs to a table or schema that is not there any more went with it."""
        for thing, before in list(self._things.items()):
            now = self._one(thing.check)
            if now == before:
                continue
            if thing.host and not self._one(_oid_of(thing.host) if "." not in thing.host else _table(thing.host)):
                del self._things[thing]
                continue
            raise HarmError(f"harmed: {thing.make or thing.check}\n  it was: {before}\n  it is:  {now}")

    def _look_at_refusal(self, error: psycopg.Error) -> None:
        text = " ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
        self.told.append(f"-- refused, {error.sqlstate}: {text}")
        if error.sqlstate in OTHER_REASONS:
            return
        self.refused += 1
        if not str(error.sqlstate).startswith("LD") and error.sqlstate != "2BP01":
            raise HarmError(f"refused by the server, not by the loader: {error.diag.context}")
        names = {name for thing in self._things for name in thing.names}
        if "dataset" not in text.split("\n")[0] and not any(name in text for name in names):
            raise HarmError("refused without a name of what is in the way")

    def _one(self, query: str) -> str:
        row = self._connection.execute(query.encode(), prepare=False).fetchone()
        return str(row[0]) if row and row[0] is not None else ""  # type: ignore[index]


def run(url: str, folder: Path, first: int, sequences: int, damage: str = "") -> str:
    """Runs sequences in an empty database, which gets the control schema; what was done, in words.
    ``damage``: what breaks the loader on purpose, behind the migration, which would make it whole again.

    Raises HarmError with the seed of the sequence that found harm, and its steps.
    """
    with connect(url) as connection:
        migrate(connection)
        connection.execute(damage.encode())
    rendered, colliding = scripts(folder), scripts(folder, "d_stage") + scripts(folder, "d_old")
    things = commands = refused = 0
    seeds = range(first, first + sequences)
    for begin in range(0, sequences, PER_SESSION):
        with _session(url) as connection:
            for seed in seeds[begin : begin + PER_SESSION]:
                trial = Trial(connection, seed, rendered, colliding)
                try:
                    trial.run()
                except HarmError as error:
                    raise HarmError(f"python -m tests.objects 1 --seed {seed}\n{error}") from error
                things, commands, refused = things + trial.made, commands + trial.commands, refused + trial.refused
    return f"{things} things of users, {commands} commands, of which {refused} were refused by name"


@contextmanager
def _session(url: str) -> Iterator[psycopg.Connection[object]]:
    """A new session; what it leaves behind in the catalogs is removed."""
    with psycopg.connect(url, options="-c client_min_messages=error -c lock_timeout=20s") as connection:
        yield connection
        connection.autocommit = True
        connection.execute("vacuum")


def _oid_of(schema: str) -> str:
    return f"select oid::text from pg_namespace where nspname = '{schema}'"


def _table(name: str) -> str:
    return f"select to_regclass('{name}')::oid::text"
