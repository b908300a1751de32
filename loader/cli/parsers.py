"""The parsers of commands: what all of them have, and the commands that show what loads changed."""

from __future__ import annotations

import argparse

from loader.cli.arguments import a_count, at_least_one
from loader.config.kinds import Choice
from loader.config.settings import OF_RUNS


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: str,
    text: str,
    *,
    dataset: bool = True,
) -> argparse.ArgumentParser:
    """A command with the options that all of them have; ``run`` names its function in loader/commands."""
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run, parser=parser)
    if dataset:
        parser.add_argument(
            "dataset", metavar="DATASET", help="name (built in, or loaded before) or path of a mapping file"
        )
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for every command")
    group.add_argument("--database", metavar="URL", help="server to use (default: DATABASE_URL, else the embedded one)")
    group.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="override a setting")
    group.add_argument("-v", "--verbose", action="count", default=0, help="log more; twice: everything")
    group.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    group.add_argument("--log-file", metavar="FILE", help="where the log goes (default: standard error)")
    group.add_argument("--log-json", action="store_true", help="log JSON, an object a line")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The options that give settings of a run."""
    for setting in OF_RUNS.values():
        if setting.option:
            default = "" if setting.default is None else f" (default: {setting.default})"
            words = setting.kind.words if isinstance(setting.kind, Choice) else None
            parser.add_argument(f"--{setting.name.replace('_', '-')}", metavar=setting.option.metavar, choices=words,
                                help=setting.option.help + default)  # fmt: skip


def add_history(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`loader log`, `loader diff`, `loader rollback`."""
    log = command(commands, "log", "log", "list loads: when, who, from which sources, what they came to", dataset=False)
    log.add_argument("dataset", metavar="DATASET", nargs="?", help="only this dataset")
    log.add_argument("--limit", type=a_count, default=20, metavar="N", help="the last N loads (default 20)")
    log.add_argument("--json", action="store_true", help="as JSON")
    diff = command(commands, "diff", "diff", "show what a load changed", dataset=False)
    diff.add_argument("load", metavar="LOAD", nargs="?", type=at_least_one, help="number (default: the last one done)")
    diff.add_argument("--dataset", metavar="DATASET", help="the last load of this dataset")
    diff.add_argument("--entity", metavar="ENTITY", help="only records of this entity")
    diff.add_argument(
        "--conflicts", action="store_true", help="the versions that lost against another of their key, and why"
    )
    diff.add_argument("--limit", type=a_count, metavar="N", help="at most N records (default 20; as JSON or CSV: all)")
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, with the versions before where they are kept")
    form.add_argument("--csv", action="store_true", help="as CSV, a line a record")
    rollback = command(commands, "rollback", "rollback", "take a load back: the tables become what they were before it",
                       dataset=False)  # fmt: skip
    rollback.add_argument("load", metavar="LOAD", type=at_least_one, help="number of the load")
    rollback.add_argument("-y", "--yes", action="store_true", help="do not ask")


def add_sample(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`loader sample`."""
    sample = command(commands, "sample", "sample", "write Discogs-like dumps of any size", dataset=False)
    sample.add_argument("directory", metavar="DIR", help="where the dumps go")
    sample.add_argument("--releases", type=at_least_one, default=20_000, metavar="N", help="releases (default 20,000)")
    sample.add_argument("--seed", type=int, default=0, metavar="S", help="another seed, other dumps")
    sample.add_argument("--form", choices=("2020", "current"), default="current", help="form of the dumps")
    sample.add_argument("--gz", action="store_true", help="compress them")
    sample.add_argument("--snapshot", metavar="DATE", default="2026-11-01", help="date in the file names")
    for name, text in (("change", "changed"), ("add", "added"), ("delete", "left out")):
        sample.add_argument(f"--{name}-pct", type=float, default=0, metavar="P", help=f"share of records {text}")
    sample.add_argument("--fault", action="append", default=[], metavar="KIND[:N]", help="damage N records")
    sample.add_argument("--json", action="store_true", help="print the manifest")
