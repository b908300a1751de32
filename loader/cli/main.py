"""The command line: which command is meant, and the exit code that it ends with."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from loader import __version__
from loader.cli.exit_codes import CLEAN, FAILED, REJECTS, USAGE
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

# The commands by the module that has them, in loader/cli/parsers and in loader/cli/commands.
_MODULES = {
    "loading": "load work plan",
    "analysing": "conflicts",
    "inspecting": "status check checksum cancel requeue revert",
    "repairing": "repair",
    "history": "log diff rollback",
    "rejecting": "rejects",
    "maintaining": "migrate roles render drop uninstall sample",
    "serving": "psql db",
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
    stopped = LoaderError(f"stopped; {_STOPPED_AS.get(arguments.run.split('.')[1], _STOPPED)}")
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

        from loader.database.refusal import refusal

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
    _check_settings(arguments.set)
    module, name = arguments.run.split(".")
    return int(
        getattr(import_module(f"loader.cli.commands.{module}"), name)(arguments)
    )  # late, as its imports are many


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
    for module in [name for name, words in _MODULES.items() if command in words.split()] or _MODULES:
        import_module(f"loader.cli.parsers.{module}").add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
