"""What the parsers of several commands share: the options that all commands have, and options of several commands."""

from __future__ import annotations

import argparse

from loader.cli.arguments import priority, server, workers
from loader.config.kinds import Choice
from loader.config.settings import OF_RUNS

DATASET = "name (built in, or loaded before), or path of a mapping file"


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: str,
    text: str,
    *,
    dataset: bool = True,
    passes_on: bool = False,
) -> argparse.ArgumentParser:
    """A command with the options that all of them have; ``run``: module and function in loader/cli/commands.
    ``passes_on``: all options but --database and --help are those of another program.
    """
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run, parser=parser)
    if dataset:
        parser.add_argument("dataset", metavar="DATASET", help=DATASET)
    _add_common(parser, passes_on=passes_on)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, passes_on: bool) -> None:
    group = parser.add_argument_group("for every command")
    group.add_argument(
        "--database",
        metavar="URL",
        type=server,
        help="server to use (default: DATABASE_URL, or else the embedded server)",
    )
    if passes_on:
        parser.set_defaults(set=[], verbose=0, quiet=False, log_file=None, log_json=False)
        return
    group.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="override a setting")
    group.add_argument("-v", "--verbose", action="count", default=0, help="log more; given twice, log everything")
    group.add_argument("-q", "--quiet", action="store_true", help="print only errors")
    group.add_argument("--log-file", metavar="FILE", help="file for the log (default: standard error)")
    group.add_argument("--log-json", action="store_true", help="log in JSON, one object per line")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The options that give settings of a run."""
    for setting in OF_RUNS.values():
        if setting.option:
            default = "" if setting.default is None else f" (default: {setting.default})"
            words = setting.kind.words if isinstance(setting.kind, Choice) else None
            parser.add_argument(f"--{setting.name.replace('_', '-')}", metavar=setting.option.metavar, choices=words,
                                help=setting.option.help + default)  # fmt: skip


def add_json(parser: argparse._ActionsContainer, text: str = "print JSON") -> None:
    """The option --json."""
    parser.add_argument("--json", action="store_true", help=text)


def add_workers(
    parser: argparse.ArgumentParser, text: str = "maximum number of workers (default: one per core)"
) -> None:
    """The option --workers."""
    parser.add_argument("-w", "--workers", type=workers, metavar="N", help=text)


def add_dumps(parser: argparse.ArgumentParser, nargs: str) -> None:
    """The paths of dumps."""
    parser.add_argument("paths", metavar="PATH", nargs=nargs, help="dump file, or directory or zip file of dump files")


def add_order(parser: argparse.ArgumentParser, text: str) -> None:
    """The options that say which of several versions is the newer one; ``text``: what --priority is."""
    parser.add_argument("--snapshot", metavar="DATE", help="snapshot date of the files (default: from their names)")
    parser.add_argument("--priority", type=priority, default=0, metavar="N", help=f"{text} (default: 0)")


def add_chunk_bytes(parser: argparse.ArgumentParser) -> None:
    """The option --chunk-bytes."""
    parser.add_argument("--chunk-bytes", metavar="SIZE", help="size of a chunk, such as 64KB or 16MB")


def add_yes(parser: argparse.ArgumentParser) -> None:
    """The option --yes."""
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask for confirmation")
