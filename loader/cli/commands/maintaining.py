"""Commands on schemas, mappings and samples."""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from loader.cli.commands.common import connected, read_mapping
from loader.cli.dataset_argument import dataset_of, kept_names, name_of
from loader.cli.exit_codes import CLEAN, FAILED
from loader.errors import UsageError


def migrate(arguments: argparse.Namespace) -> int:
    """`loader migrate`."""
    from loader.render.install import install, keep_mapping, keep_settings, repair
    from loader.render.trial import try_mapping
    from loader.render.update import update

    given = [read_mapping(arguments)[0]] if arguments.dataset else []
    connection = connected(arguments, manifest=False, writes=True)
    for dataset in given:
        try_mapping(connection, dataset)
    done = update(connection, anew=arguments.repair)
    if arguments.repair and not given:
        given = [dataset_of(name, lambda: connection) for name in kept_names(connection)]
    for dataset in given:
        if arguments.repair:
            done += repair(connection, dataset)
        elif install(connection, dataset):
            done.append(f"installed the procedures of {dataset.name}")
        if keep_settings(connection, dataset):
            done.append(f"registered the settings of {dataset.name}")
        keep_mapping(connection, dataset)
    print("\n".join(done) or "everything is up to date")
    return CLEAN


def roles(arguments: argparse.Namespace) -> int:
    """`loader roles`."""
    from loader.admin.roles import share
    from loader.render.update import update

    connection = connected(arguments, manifest=False, writes=True)
    update(connection)
    return CLEAN if share(connection, arguments.prefix, quiet=arguments.quiet) else FAILED


def render(arguments: argparse.Namespace) -> int:
    """`loader render`."""
    if arguments.schema:
        from loader.mapping.json_schema import json_schema

        print(json.dumps(json_schema(), indent=2))
        return CLEAN
    if arguments.dataset is None:
        arguments.parser.error("the following arguments are required: DATASET")
    dataset, _ = read_mapping(arguments)
    if arguments.mapping:
        print(dataset.text, end="")
        return CLEAN
    if arguments.extractor:
        from loader.source.protocol import format_of

        if arguments.extractor not in {entity.name for entity in dataset.entities}:
            raise UsageError(f"{dataset.name} has no entity {arguments.extractor}")
        print(format_of(dataset, [arguments.extractor]).extractor_source(dataset, arguments.extractor))
        return CLEAN
    from loader.render.script import render as run_render

    print(run_render(dataset), end="")
    return CLEAN


def drop(arguments: argparse.Namespace) -> int:
    """`loader drop`."""
    from loader.admin import remove

    connection = connected(arguments, writes=True)
    name = name_of(arguments.dataset, connection)
    return CLEAN if remove.drop_dataset(connection, name, sure=arguments.yes) else FAILED


def uninstall(arguments: argparse.Namespace) -> int:
    """`loader uninstall`."""
    from loader.admin import remove

    return CLEAN if remove.uninstall(connected(arguments, writes=True), sure=arguments.yes) else FAILED


def sample(arguments: argparse.Namespace) -> int:
    """`loader sample`."""
    manifest = _write_sample(arguments, Path(arguments.directory))
    if arguments.json:
        print(json.dumps(manifest, ensure_ascii=False, default=str))
    elif not arguments.quiet:
        print(f"{arguments.directory}: manifest.json describes the files")
    return CLEAN


def _write_sample(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from loader.sample import write_sample
    from loader.sample.faults import parse_fault

    try:
        day = datetime.date.fromisoformat(arguments.snapshot)
    except ValueError as error:
        raise UsageError(f"{arguments.snapshot!r} is not a date", hint="expected: 2026-11-01") from error
    faults = [parse_fault(text) for text in arguments.fault]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
    return write_sample(
        folder, releases=arguments.releases, seed=arguments.seed, form=arguments.form, gz=arguments.gz,
        change_pct=arguments.change_pct, add_pct=arguments.add_pct, delete_pct=arguments.delete_pct,
        faults=faults, snapshot=day,
    )  # fmt: skip
