"""The command line: what can be asked, and how it ends."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from loader import __version__
from loader.cli.arguments import a_count, at_least_one, partition, priority, workers
from loader.cli.exit_codes import CLEAN, FAILED, REJECTS, USAGE
from loader.cli.parsers import add_history, add_sample, add_settings
from loader.cli.parsers import command as _command
from loader.config.declared import PREFIX
from loader.config.settings import VARIABLES
from loader.errors import LoaderError, UsageError
from loader.nearest import did_you_mean, nearest
from loader.process import stop

_UNKNOWN = "unrecognized arguments: "

# What is said of a command that was stopped.
_STOPPED = "the same command goes on where it was"
_STOPPED_AS = {
    "conflicts": "the tables were not touched",
    "plan": "nothing was written",
    "rollback": "the load was taken back as a whole, or not at all: `loader log` says",
    "revert": "the versions were swapped as a whole, or not at all",
    "status": "what was watched goes on",
    "sample": "the files are not complete; the same command writes them anew",
}

# The module in loader/cli/commands that has a command's function.
_WHERE = {
    name: module
    for module, names in {
        "loading": "load work plan",
        "analysing": "conflicts",
        "history": "log diff rollback",
        "inspecting": "status check checksum cancel requeue revert",
        "rejecting": "rejects_list rejects_show rejects_export rejects_replay",
        "repairing": "repair",
        "maintaining": "migrate roles render drop uninstall sample",
        "serving": "psql db_start db_url db_stop",
    }.items()
    for name in names.split()
}


class Parser(argparse.ArgumentParser):
    """A parser of the loader, and of each of its commands: options stand in full, and wrong words have a hint."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            **{**given, "allow_abbrev": False}
        )  # an option that is added must not change what a script says

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            raise argparse.ArgumentError(
                action, error.message + did_you_mean(str(value), action.choices or ())
            ) from None

    def error(self, message: str) -> NoReturn:
        """Ends the program, saying what is wrong with the command line, and which option may have been meant."""
        if message.startswith(_UNKNOWN):
            known = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
            word = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
            message += did_you_mean(word, known) if word.startswith("--") else ""
        super().error(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code. A user's error is a message, never a traceback."""
    given = _psql_apart(sys.argv[1:] if argv is None else argv)
    parser = _parser(*given[:1])
    arguments = _parse(parser, given)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return USAGE
    stopped = LoaderError(f"stopped; {_STOPPED_AS.get(arguments.run, _STOPPED)}")
    try:
        with stop.handled(f"loader: {stopped}"):
            try:
                return _run(arguments)
            except Exception:
                stop.check()  # what fails now fails for that reason
                raise
    except LoaderError as error:
        return _failed(arguments, error)
    except KeyboardInterrupt:
        return _failed(arguments, stopped)
    except BrokenPipeError:
        # The reader of our output (head, less) has enough; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except OSError as error:
        # The last resort: a file or device that fails where no better word was found for it.
        return _failed(arguments, LoaderError(f"the operating system refused: {error}"))
    except Exception as error:
        from psycopg import Error

        from loader.database.connect import refusal

        if isinstance(error, Error):
            return _failed(arguments, refusal(error, "the server refused"))
        raise
    finally:
        gc.freeze()  # the process ends: to search all of it for garbage once more would take as long as a small load


def _failed(arguments: argparse.Namespace, error: LoaderError) -> int:
    code = USAGE if isinstance(error, UsageError) else FAILED
    print("\n  ".join([f"loader: {error}", *error.lines]), file=sys.stderr)
    if getattr(arguments, "json", False):
        document = {"error": str(error), "exit_code": code, **error.report}
        print(json.dumps(document, ensure_ascii=False, default=str))
    return code


def _psql_apart(argv: Sequence[str]) -> list[str]:
    """What stands behind `psql` is psql's own, options too; only `--database URL` and `--help` before it are ours."""
    given = list(argv)
    if given[:1] != ["psql"]:
        return given
    own = 1
    while own < len(given) and given[own].startswith(("--database", "--help")):
        own += 2 if given[own] == "--database" else 1
    return [*given[:own], "--", *given[own:]]


def _parse(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Like parse_args, but paths may stand behind options, too: argparse takes `load discogs -w 4 DIR` for no path."""
    arguments, rest = parser.parse_known_args(argv)
    if rest and (not hasattr(arguments, "paths") or any(text.startswith("-") for text in rest)):
        command = getattr(arguments, "parser", parser)
        command.error(f"{_UNKNOWN}{' '.join(rest)}")
    if rest:
        arguments.paths = [*arguments.paths, *rest]
    return arguments


def _run(arguments: argparse.Namespace) -> int:
    # Imported late: `loader --help` must answer at once.
    from importlib import import_module

    _check_settings(arguments.set)
    module, name = _WHERE[arguments.run], arguments.run
    return int(getattr(import_module(f"loader.cli.commands.{module}"), name)(arguments))


def _check_settings(given: Sequence[str]) -> None:
    """Refuses a setting that there is not, whether or not the command reads it; tells which variables nobody reads."""
    from loader.config.given import read_given

    read_given(given)
    known = {name.removeprefix(PREFIX) for name in VARIABLES}
    named = {name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)}
    for name in sorted(name for name in named - known if not name.startswith("TEST_")):
        meant = nearest(name, sorted(known))
        hint = f"; did you mean {PREFIX}{meant}?" if meant else ""
        print(f"loader: nothing reads the variable {PREFIX}{name}{hint}", file=sys.stderr)


def _parser(command: str = "") -> argparse.ArgumentParser:
    """The parser of all commands, or quicker, of this one and its like only."""
    parser: argparse.ArgumentParser = Parser(
        prog="loader",
        description="Streams big XML dumps into PostgreSQL; everything that is decided is decided in the database.",
        epilog="Without DATABASE_URL and --database, an embedded PostgreSQL is started when needed. "
        f"Exit codes: {CLEAN} clean, {FAILED} failed, {USAGE} usage, {REJECTS} loaded with rejects.",
    )
    parser.add_argument("--version", action="version", version=f"loader {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    parts = {_add_load: "load work plan conflicts",
             _add_inspection: "status check checksum repair cancel requeue revert",
             add_history: "log diff rollback",
             _add_rejects: "rejects", _add_schema: "migrate roles render drop uninstall", _add_server: "psql db",
             add_sample: "sample"}  # fmt: skip
    for add in [add for add, names in parts.items() if command in names.split()] or parts:
        add(commands)
    return parser


def _add_load(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    load = _command(commands, "load", "load", "load dumps: files, or directories of them")
    load.add_argument("paths", metavar="PATH", nargs="*", help="dump file or directory of dump files")
    load.add_argument("--sample", action="store_true", help="load a sample that is generated first (Discogs)")
    load.add_argument("--releases", type=at_least_one, default=20_000, metavar="N", help="its size (default 20,000)")
    load.add_argument("-w", "--workers", type=workers, metavar="N", help="workers at most (default: one a core)")
    load.add_argument("--replace", action="store_true", help="build new tables and publish them at once")
    load.add_argument("--merge", action="store_true", help="merge into the tables that are there")
    load.add_argument("--allow-deletes", action="store_true", help="delete what is gone, however much it is")
    load.add_argument("--snapshot", metavar="DATE", help="date of the data (default: from the file names)")
    load.add_argument("--priority", type=priority, default=0, metavar="N", help="goes before the date in conflicts")
    load.add_argument("--chunk-bytes", metavar="SIZE", help="size of a chunk, as 64KB or 16MB")
    load.add_argument("--no-space-check", action="store_true", help="do not look whether the disk has room")
    load.add_argument("--json", action="store_true", help="print the summary as JSON")
    work = _command(commands, "work", "work", "join the open load of a dataset from this or another host")
    work.add_argument("-w", "--workers", type=workers, metavar="N", help="workers at most (default: one a core)")
    for parser in (load, work):
        parser.add_argument("--partition", type=partition, metavar="I/N", help="only share I of N fixed shares")
        add_settings(parser)
    work.add_argument("--directory", metavar="DIR", help="where the files lie on this host, if elsewhere")
    plan = _command(commands, "plan", "plan", "show how dumps would be cut into chunks; loads nothing")
    plan.add_argument("paths", metavar="PATH", nargs="+", help="dump file or directory of dump files")
    plan.add_argument("-w", "--workers", type=workers, metavar="N", help="as for so many workers (default: one a core)")
    plan.add_argument("--chunk-bytes", metavar="SIZE", help="size of a chunk, as 64KB or 16MB")
    plan.add_argument("--json", action="store_true", help="a JSON object a chunk")
    conflicts = _command(commands, "conflicts", "conflicts", "tell which dumps share keys, before they are loaded")
    conflicts.add_argument("paths", metavar="PATH", nargs="+", help="dump file or directory of dump files")
    conflicts.add_argument("-w", "--workers", type=workers, metavar="N", help="processes (default: one a core)")
    conflicts.add_argument("--limit", type=a_count, default=5, metavar="N", help="keys shown a pair (default 5)")
    conflicts.add_argument("--json", action="store_true", help="as JSON")


def _add_inspection(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    status = _command(commands, "status", "status", "show loads, sources and workers", dataset=False)
    status.add_argument("dataset", metavar="DATASET", nargs="?", help="only this dataset")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument("--watch", action="store_true", help="again every second until the load ends")
    check = _command(commands, "check", "check", "count references to keys that are not there")
    check.add_argument("--json", action="store_true", help="as JSON")
    checksum = _command(commands, "checksum", "checksum", "print rows and a digest a table, whatever their order")
    checksum.add_argument("--json", action="store_true", help="as JSON")
    repair = _command(commands, "repair", "repair", "compare all rows with what the files say, and mend them")
    repair.add_argument("paths", metavar="PATH", nargs="*", help="files (default: those that the rows came from)")
    repair.add_argument("--check", action="store_true", help="only count what differs; exit code 1 when anything does")
    repair.add_argument("-w", "--workers", type=workers, metavar="N", help="workers at most (default: one a core)")
    repair.add_argument("--snapshot", metavar="DATE", help="date of the data (default: from the file names)")
    repair.add_argument("--priority", type=priority, default=0, metavar="N", help="that the files were loaded with")
    repair.add_argument("--allow-deletes", action="store_true", help="delete rows that are in no file, however many")
    repair.add_argument("--json", action="store_true", help="as JSON")
    _command(commands, "cancel", "cancel", "give up the open load of a dataset")
    _command(commands, "requeue", "requeue", "put the dead chunks of the open load back into the queue")
    _command(commands, "revert", "revert", "bring back the version before the last publication")


def _add_rejects(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "records that could not be loaded"
    group = commands.add_parser("rejects", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    rejects = _command(actions, "list", "rejects_list", "list rejects: place, reason, value")
    show = _command(actions, "show", "rejects_show", "show one reject with its bytes")
    show.add_argument("reject", type=int, metavar="NUMBER", help="number of the reject")
    export = _command(actions, "export", "rejects_export", "write rejects as JSONL, to be mended and replayed")
    replay = _command(actions, "replay", "rejects_replay", "load mended rejects from such a JSONL file")
    replay.add_argument("file", metavar="FILE", help="JSONL as written by export; - is standard input")
    for parser in (rejects, export):
        parser.add_argument("--load", type=int, metavar="N", help="of this load (default: the last one)")
    rejects.add_argument("--limit", type=a_count, default=50, metavar="N", help="at most so many (default 50)")
    export.add_argument("-o", "--output", metavar="FILE", help="default: standard output")


def _add_schema(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    migrate = _command(commands, "migrate", "migrate", "bring the control schema and a dataset's procedures up to date",
                       dataset=False)  # fmt: skip
    migrate.add_argument("dataset", metavar="DATASET", nargs="?", help="install the procedures of this dataset, too")
    migrate.add_argument(
        "--repair", action="store_true", help="make again what somebody has dropped or altered of the loader's objects"
    )
    roles = _command(commands, "roles", "roles", "share the work among roles: owner, worker, reader", dataset=False)
    roles.add_argument("--prefix", default="loader", metavar="NAME", help="NAME_owner and so on (default: loader)")
    render = _command(commands, "render", "render", "print the SQL that a mapping becomes")
    render.add_argument("--extractor", metavar="ENTITY", help="the Python that reads this entity's records, instead")
    render.add_argument("--mapping", action="store_true", help="the mapping file itself, instead")
    render.add_argument("--schema", action="store_true", help="the JSON Schema of mapping files, instead")
    for name, text in (
        ("drop", "drop a dataset: its tables, staging and manifest"),
        ("uninstall", "drop all datasets and the control schema"),
    ):
        parser = _command(commands, name, name, text, dataset=name == "drop")
        parser.add_argument("-y", "--yes", action="store_true", help="do not ask")


def _add_server(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    psql = _command(commands, "psql", "psql", "open psql on the database", dataset=False)
    psql.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="what psql is given")
    text = "the embedded server"
    group = commands.add_parser("db", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, what in (
        ("start", "start it and print its URL"),
        ("stop", "stop it; its data stay"),
        ("url", "print its URL, starting it when needed"),
    ):
        _command(actions, name, f"db_{name}", what, dataset=False)


if __name__ == "__main__":
    sys.exit(main())
