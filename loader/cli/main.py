"""The command line: its parsers, and the exit code of each command."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from loader import __version__
from loader.cli.arguments import a_count, at_least_one, partition, priority
from loader.cli.exit_codes import CLEAN, FAILED, REJECTS, USAGE
from loader.cli.parsers import (
    add_history,
    add_json,
    add_rejects,
    add_sample,
    add_schema,
    add_server,
    add_settings,
    add_workers,
)
from loader.cli.parsers import command as _command
from loader.config.declared import PREFIX
from loader.config.settings import VARIABLES
from loader.errors import LoaderError, UsageError
from loader.nearest import did_you_mean, nearest
from loader.process import stop

_UNKNOWN = "unrecognized arguments: "

# What the message says about a command that was stopped.
_STOPPED = "the same command continues where it stopped"
_STOPPED_AS = {
    "conflicts": "the tables were not touched",
    "plan": "nothing was written",
    "rollback": "the load was rolled back completely or not at all; `loader log` shows which",
    "revert": "the tables were swapped completely or not at all",
    "status": "the load itself continues",
    "sample": "the files are not complete; the same command writes them again",
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
    """A parser of the loader or of a command: it takes no abbreviated options, and suggests the right word."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "allow_abbrev": False})  # a new option must not change the meaning of a script

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            raise argparse.ArgumentError(
                action, error.message + did_you_mean(str(value), action.choices or ())
            ) from None

    def error(self, message: str) -> NoReturn:
        """Ends the program with a message that says what is wrong and which option may have been meant."""
        if message.startswith(_UNKNOWN):
            known = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
            word = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
            message += did_you_mean(word, known) if word.startswith("--") else ""
        super().error(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code. An error of the user prints a message, never a traceback."""
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
                stop.check()  # an error after a stop follows from the stop
                raise
    except LoaderError as error:
        return _failed(arguments, error)
    except KeyboardInterrupt:
        return _failed(arguments, stopped)
    except BrokenPipeError:
        # The reader of our output (head, less) has ended; the interpreter must not report that at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except OSError as error:
        # The last resort: a file or device failed in a place without a message of its own.
        return _failed(arguments, LoaderError(f"the operating system refused: {error}"))
    except Exception as error:
        from psycopg import Error

        from loader.database.connect import refusal

        if isinstance(error, Error):
            return _failed(arguments, refusal(error, "the server refused"))
        raise
    finally:
        gc.freeze()  # the process ends; collecting garbage once more would take as long as a small load


def _failed(arguments: argparse.Namespace, error: LoaderError) -> int:
    code = USAGE if isinstance(error, UsageError) else FAILED
    print("\n  ".join([f"loader: {error}", *error.lines]), file=sys.stderr)
    if getattr(arguments, "json", False):
        document = {"error": str(error), "exit_code": code, **error.report}
        print(json.dumps(document, ensure_ascii=False, default=str))
    return code


def _psql_apart(argv: Sequence[str]) -> list[str]:
    """Separates the arguments of psql, which follow `psql`, from `--database URL` and `--help`, which are ours."""
    given = list(argv)
    if given[:1] != ["psql"]:
        return given
    own = 1
    while own < len(given) and given[own].startswith(("--database", "--help")):
        own += 2 if given[own] == "--database" else 1
    return [*given[:own], "--", *given[own:]]


def _parse(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Like parse_args, but paths may follow options: argparse alone finds no path in `load discogs -w 4 DIR`."""
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
    """Refuses unknown settings, whether or not the command reads them, and reports unknown variables."""
    from loader.config.given import read_given

    read_given(given)
    known = {name.removeprefix(PREFIX) for name in VARIABLES}
    named = {name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)}
    for name in sorted(name for name in named - known if not name.startswith("TEST_")):
        meant = nearest(name, sorted(known))
        hint = f"; did you mean {PREFIX}{meant}?" if meant else ""
        print(f"loader: the variable {PREFIX}{name} is unknown and has no effect{hint}", file=sys.stderr)


def _parser(command: str = "") -> argparse.ArgumentParser:
    """The parser of all commands or, to save time, of one command and those in its group."""
    parser: argparse.ArgumentParser = Parser(
        prog="loader",
        description="Streams big XML dumps into PostgreSQL. The database makes all decisions.",
        epilog="Without DATABASE_URL and --database, an embedded PostgreSQL is started when needed. "
        f"Exit codes: {CLEAN} success, {FAILED} failure, {USAGE} wrong usage, {REJECTS} loaded, but with rejects.",
    )
    parser.add_argument("--version", action="version", version=f"loader {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    parts = {_add_load: "load work plan conflicts",
             _add_inspection: "status check checksum repair cancel requeue revert",
             add_history: "log diff rollback",
             add_rejects: "rejects", add_schema: "migrate roles render drop uninstall", add_server: "psql db",
             add_sample: "sample"}  # fmt: skip
    for add in [add for add, names in parts.items() if command in names.split()] or parts:
        add(commands)
    return parser


def _add_load(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    load = _command(commands, "load", "load", "load dump files, or directories or zip files of dump files")
    load.add_argument("paths", metavar="PATH", nargs="*", help="dump file, or directory or zip file of dump files")
    load.add_argument("--sample", action="store_true", help="generate a sample and load it (Discogs only)")
    load.add_argument(
        "--releases",
        type=at_least_one,
        default=20_000,
        metavar="N",
        help="number of releases in the sample (default: 20,000)",
    )
    add_workers(load)
    load.add_argument("--replace", action="store_true", help="build new tables and swap them with the tables in use")
    load.add_argument("--merge", action="store_true", help="apply the differences to the tables in use")
    load.add_argument("--allow-deletes", action="store_true", help="allow any number of deletions in this load")
    load.add_argument("--snapshot", metavar="DATE", help="snapshot date of the files (default: from their names)")
    load.add_argument(
        "--priority",
        type=priority,
        default=0,
        metavar="N",
        help="priority of these files; a higher one wins over a later date (default: 0)",
    )
    load.add_argument("--chunk-bytes", metavar="SIZE", help="size of a chunk, such as 64KB or 16MB")
    load.add_argument("--no-space-check", action="store_true", help="do not check whether the disk has enough space")
    add_json(load, "print the summary as JSON")
    work = _command(commands, "work", "work", "add workers to the open load of a dataset, from this or another host")
    add_workers(work)
    for parser in (load, work):
        parser.add_argument(
            "--partition", type=partition, metavar="I/N", help="load only the chunks of partition I of N"
        )
        add_settings(parser)
    work.add_argument("--directory", metavar="DIR", help="directory of the files, if it differs on this host")
    plan = _command(commands, "plan", "plan", "show how dumps would be divided into chunks, without loading them")
    plan.add_argument("paths", metavar="PATH", nargs="+", help="dump file, or directory or zip file of dump files")
    add_workers(plan, "number of workers to plan for (default: one per core)")
    plan.add_argument("--chunk-bytes", metavar="SIZE", help="size of a chunk, such as 64KB or 16MB")
    add_json(plan, "print one JSON object per chunk")
    conflicts = _command(commands, "conflicts", "conflicts", "show which dumps share keys, before they are loaded")
    conflicts.add_argument("paths", metavar="PATH", nargs="+", help="dump file, or directory or zip file of dump files")
    add_workers(conflicts, "number of processes (default: one per core)")
    conflicts.add_argument(
        "--limit", type=a_count, default=5, metavar="N", help="number of keys to show per pair of dumps (default: 5)"
    )
    add_json(conflicts)


def _add_inspection(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    status = _command(commands, "status", "status", "show loads, sources and workers", dataset=False)
    status.add_argument("dataset", metavar="DATASET", nargs="?", help="show only this dataset")
    add_json(status)
    status.add_argument("--watch", action="store_true", help="print the state again every second until the load ends")
    check = _command(commands, "check", "check", "count references to keys that do not exist")
    add_json(check)
    checksum = _command(
        commands, "checksum", "checksum", "print the row count and an order-independent checksum of each table"
    )
    add_json(checksum)
    repair = _command(commands, "repair", "repair", "compare all rows with the files, and correct those that differ")
    repair.add_argument(
        "paths", metavar="PATH", nargs="*", help="file to compare with (default: the files that the rows came from)"
    )
    repair.add_argument(
        "--check", action="store_true", help="only count the differences; the exit code is 1 if there are any"
    )
    add_workers(repair)
    repair.add_argument("--snapshot", metavar="DATE", help="snapshot date of the files (default: from their names)")
    repair.add_argument(
        "--priority",
        type=priority,
        default=0,
        metavar="N",
        help="priority with which the files were loaded (default: 0)",
    )
    repair.add_argument(
        "--allow-deletes", action="store_true", help="allow any number of deletions of rows that are in no file"
    )
    add_json(repair)
    _command(commands, "cancel", "cancel", "cancel the open load of a dataset")
    _command(commands, "requeue", "requeue", "put the dead chunks of the open load back into the queue")
    _command(commands, "revert", "revert", "swap back the tables from before the last publication")


if __name__ == "__main__":
    sys.exit(main())
