"""Read a dataset by built-in name or by path: YAML, validation, resolution, hash."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from loader.errors import MappingError, UsageError
from loader.mapping import cache
from loader.mapping.canonical import digest, digests
from loader.mapping.dataset import Dataset
from loader.nearest import did_you_mean, nearest

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from loader.mapping.yaml_with_lines import Document, Location

_BUILT_IN = Path(__file__).parent / "datasets"
_MESSAGES = {
    "dict_type": "expected keys with values",
    "model_type": "expected keys with values",
    "list_type": "expected a list",
    "string_type": "expected a text",
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
}
_SUFFIXES = (".yaml", ".yml")
_NAMES_DTDS = re.compile(r"^dtd\s*:|[{,]\s*dtd\s*:", re.MULTILINE)

log = logging.getLogger(__name__)


def built_in_datasets() -> tuple[str, ...]:
    """Names of the datasets that come with the loader, sorted."""
    return tuple(sorted(path.stem for path in _BUILT_IN.glob("*.yaml")))


def is_path(word: str) -> bool:
    """Whether a word is the path of a mapping file: it has a slash, or ends in .yaml or .yml.
    No name of a dataset does.
    """
    return os.sep in word or "/" in word or word.lower().endswith(_SUFFIXES)


def read_dataset(name_or_path: str | os.PathLike[str]) -> Dataset:
    """Read a built-in dataset (`discogs`) or a mapping file.

    Raises UsageError if it does not exist, MappingError with all problems and their lines if it is wrong.
    """
    path = _find(os.fspath(name_or_path))
    try:
        content = path.read_bytes()
        text = content.decode()
        if not _NAMES_DTDS.search(text) and (known := cache.cached(content)):
            return replace(known, location=str(path), text=text)
    except OSError as error:
        raise UsageError(f"Cannot read the mapping {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name}: not UTF-8 at byte {error.start}") from error
    dataset = parse_dataset(text, name=path.name, location=str(path))
    if not dataset.dtds:  # those files may change while the mapping does not
        cache.keep(content, dataset)
    return dataset


def parse_dataset(text: str, *, name: str = "mapping", location: str = "") -> Dataset:
    """A dataset from YAML text; error messages contain ``name``. Raises MappingError if it is wrong."""
    from pydantic import ValidationError  # late, like all that checks a mapping: most were checked before

    from loader.mapping.dtd.files import declared, read_files, with_files
    from loader.mapping.resolve import resolve
    from loader.mapping.yaml_keys import DatasetModel
    from loader.mapping.yaml_with_lines import read_document

    document = read_document(name, text)
    if not isinstance(document.data, dict):
        raise MappingError(f"{name}, line 1: a mapping starts with keys such as 'dataset:' and 'entities:'")
    try:
        model = DatasetModel.model_validate(document.data)
    except ValidationError as error:
        raise document.error(_problems(error, document)) from error
    dataset, problems = resolve(model, location)
    files, unread = read_files(model.dtd or [], text, location)
    dtds, wrong = declared(files)
    if problems := [*problems, *unread, *(wrong if not unread else [])]:
        raise document.error(problems)
    dataset, text = replace(dataset, dtds=dtds), with_files(text, files)
    for file, each in dtds.items():
        if each.ignored:
            log.warning("%s: default attributes that declare namespaces are ignored: %s", file, ", ".join(each.ignored))
    canonical = dataset.canonical()
    return replace(dataset, hash=digest(canonical), digests=digests(canonical), text=text)


def _find(name: str) -> Path:
    if name in built_in_datasets():
        return _BUILT_IN / f"{name}.yaml"
    if not is_path(name):
        known = ", ".join(built_in_datasets())
        message = f"there is no dataset {name!r}{did_you_mean(name, built_in_datasets())}"
        raise UsageError(message, hint=f"built in: {known}. Or give a mapping file.")
    path = Path(name)
    if not path.is_file():
        beside = {other.stem: str(other) for suffix in _SUFFIXES for other in path.parent.glob(f"*{suffix}")}
        offered = {each: each for each in built_in_datasets()} | beside
        meant = nearest(path.stem, offered)
        raise UsageError(f"there is no mapping file {name}{f'; did you mean {offered[meant]}?' if meant else ''}")
    return path


def _problems(error: ValidationError, document: Document) -> list[tuple[Location, str]]:
    problems = []
    for item in error.errors(include_url=False):
        location = _written(item["loc"], document)
        problems.append((location, item["type"], _message(item, location)))
    # `key` is a word or a mapping: if it is a mapping, the error that it is not the word is of no use.
    mappings = {place[:-1] for place, _, _ in problems}
    return [
        (place, message)
        for place, kind, message in problems
        if kind != "literal_error" or not any(within[: len(place)] == place for within in mappings)
    ]


def _written(location: Location, document: Document) -> Location:
    """The location without the parts that are pydantic's own (union members, `[key]`)."""
    place: Location = ()
    for part in location:
        if (*place, part) in document.lines:
            place = (*place, part)
    return place


def _message(item: ErrorDetails, location: Location) -> str:
    if item["type"] == "missing":
        return f"the key {item['loc'][-1]!r} is missing"
    if item["type"] == "value_error":
        return str(item.get("ctx", {}).get("error", item["msg"]))
    if item["type"] == "extra_forbidden":
        from loader.mapping.problems.unknown_keys import unknown_key

        return unknown_key(location)
    message = _MESSAGES.get(item["type"], item["msg"][:1].lower() + item["msg"][1:])
    words = re.findall(r"'(\w+)'", str(item.get("ctx", {}).get("expected", "")))
    return message + did_you_mean(str(item["input"]), words)
