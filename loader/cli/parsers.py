"""The parsers of commands: the options that several of them share, and the commands that do not load."""

from __future__ import annotations

import argparse

from loader.cli.arguments import a_count, at_least_one, server, workers
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
    """A command with the options that all of them have; ``run`` names its function in loader/cli/commands."""
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run, parser=parser)
    if dataset:
        parser.add_argument(
            "dataset", metavar="DATASET", help="name (built in, or loaded before), or path of a mapping file"
        )
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for every command")
    group.add_argument(
        "--database",
        metavar="URL",
        type=server,
        help="server to use (default: DATABASE_URL, or else the embedded server)",
    )
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


def add_yes(parser: argparse.ArgumentParser) -> None:
    """The option --yes."""
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask for confirmation")


def add_history(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`loader log`, `loader diff`, `loader rollback`."""
    log = command(commands, "log", "log", "list loads with their time, user, sources and results", dataset=False)
    log.add_argument("dataset", metavar="DATASET", nargs="?", help="only loads of this dataset")
    log.add_argument("--limit", type=a_count, default=20, metavar="N", help="number of loads to list (default: 20)")
    add_json(log)
    diff = command(commands, "diff", "diff", "show what a load changed", dataset=False)
    diff.add_argument(
        "load",
        metavar="LOAD",
        nargs="?",
        type=at_least_one,
        help="number of the load (default: the last one that is done)",
    )
    diff.add_argument("--dataset", metavar="DATASET", help="show the last load of this dataset")
    diff.add_argument("--entity", metavar="ENTITY", help="show only records of this entity")
    diff.add_argument(
        "--conflicts", action="store_true", help="show the versions of keys that lost to another version, and why"
    )
    diff.add_argument(
        "--limit", type=a_count, metavar="N", help="number of records to list (default: 20; in JSON and CSV: all)"
    )
    form = diff.add_mutually_exclusive_group()
    add_json(form, "print JSON, with the previous versions if they are kept")
    form.add_argument("--csv", action="store_true", help="print CSV, one line per record")
    rollback = command(commands, "rollback", "rollback", "roll back a load: undo what it changed",
                       dataset=False)  # fmt: skip
    rollback.add_argument("load", metavar="LOAD", type=at_least_one, help="number of the load")
    add_yes(rollback)


def add_sample(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`loader sample`."""
    sample = command(commands, "sample", "sample", "write Discogs-like dumps of any size", dataset=False)
    sample.add_argument("directory", metavar="DIR", help="directory for the dumps")
    sample.add_argument(
        "--releases", type=at_least_one, default=20_000, metavar="N", help="number of releases (default: 20,000)"
    )
    sample.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the random data (default: 0)")
    sample.add_argument(
        "--form",
        choices=("2020", "current"),
        default="current",
        help="format of the dumps: as in 2020, or as today (default)",
    )
    sample.add_argument("--gz", action="store_true", help="compress the dumps with gzip")
    sample.add_argument(
        "--snapshot", metavar="DATE", default="2026-11-01", help="snapshot date in the file names (default: 2026-11-01)"
    )
    for name, text in (("change", "changed"), ("add", "added"), ("delete", "left out")):
        sample.add_argument(
            f"--{name}-pct",
            type=float,
            default=0,
            metavar="P",
            help=f"percentage of records {text}, 0 to 100 (default: 0)",
        )
    sample.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:N]",
        help="put a fault such as malformed or truncated into N records (default: 1) or into the file; "
        "an unknown KIND lists all kinds",
    )
    add_json(sample, "print the description of the dumps as JSON")


def add_rejects(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "records that could not be loaded"
    group = commands.add_parser("rejects", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    rejects = command(actions, "list", "rejects_list", "list rejects with their position, reason and value")
    show = command(actions, "show", "rejects_show", "show one reject with the bytes of its record")
    show.add_argument("reject", type=int, metavar="NUMBER", help="number of the reject")
    export = command(actions, "export", "rejects_export", "write rejects as JSONL, to be corrected and replayed")
    replay = command(actions, "replay", "rejects_replay", "load corrected rejects from a JSONL file")
    replay.add_argument("file", metavar="FILE", help="JSONL file as written by export; - is standard input")
    for parser in (rejects, export):
        parser.add_argument("--load", type=int, metavar="N", help="number of the load (default: the last one)")
    rejects.add_argument(
        "--limit", type=a_count, default=50, metavar="N", help="number of rejects to list (default: 50)"
    )
    export.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")


def add_schema(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    migrate = command(commands, "migrate", "migrate", "update the control schema, and the procedures of a dataset",
                       dataset=False)  # fmt: skip
    migrate.add_argument("dataset", metavar="DATASET", nargs="?", help="also install the procedures of this dataset")
    migrate.add_argument(
        "--repair",
        action="store_true",
        help="create again the objects of the loader that somebody has dropped or altered",
    )
    roles = command(
        commands, "roles", "roles", "set up the group roles owner, worker and reader, with their grants", dataset=False
    )
    roles.add_argument(
        "--prefix",
        default="loader",
        metavar="NAME",
        help="prefix of the role names, as in NAME_owner (default: loader)",
    )
    render = command(commands, "render", "render", "print the SQL that is rendered from a mapping")
    render.add_argument(
        "--extractor", metavar="ENTITY", help="print the Python code that reads the records of this entity instead"
    )
    render.add_argument("--mapping", action="store_true", help="print the mapping file instead")
    render.add_argument("--schema", action="store_true", help="print the JSON Schema of mapping files instead")
    for name, text in (
        ("drop", "drop a dataset with its tables, staging tables and control data"),
        ("uninstall", "drop all datasets and the control schema"),
    ):
        parser = command(commands, name, name, text, dataset=name == "drop")
        add_yes(parser)


def add_server(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    psql = command(commands, "psql", "psql", "open psql on the database", dataset=False)
    psql.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="arguments for psql")
    text = "the embedded server"
    group = commands.add_parser("db", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, what in (
        ("start", "start the embedded server and print its URL"),
        ("stop", "stop the embedded server; its data stay"),
        ("url", "print the URL of the embedded server, which is started if needed"),
    ):
        command(actions, name, f"db_{name}", what, dataset=False)
