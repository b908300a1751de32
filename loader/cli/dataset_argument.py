"""The dataset of the argument DATASET: a mapping file, a built-in mapping, or one that is stored in the database.

A word with a slash, or that ends in .yaml or .yml, is the path of a mapping file. Every other word is a name. For
commands that load, a built-in mapping of that name takes precedence over the stored one; commands that look at loads,
or undo them, need no mapping: they use the name unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from loader.database.connect import Connection
from loader.database.manifest import dataset_names, has_manifest, kept_mapping
from loader.errors import LoaderError, MappingError, UsageError
from loader.mapping.dataset import Dataset
from loader.mapping.read import built_in_datasets, is_path, parse_dataset, read_dataset
from loader.nearest import did_you_mean


def dataset_of(word: str, connect: Callable[[], Connection | None]) -> Dataset:
    """The mapping with which a command loads. ``connect``: opens a connection to the database, or returns None if there
    is none yet; it is only called for a name that the database must know.

    Raises UsageError for an unknown dataset, or one whose mapping file is not stored in the database, and MappingError
    for a mapping that is wrong.
    """
    if is_path(word) or word in built_in_datasets():
        return read_dataset(word)
    connection = connect()
    known = _known(connection)
    if word not in known:
        raise _unknown(word, known)
    assert connection is not None
    text = kept_mapping(connection, word)
    if text is None:
        raise UsageError(
            f"the database knows {word}, but has no mapping file for it, because an older program loaded it",
            hint=f"give the path of its mapping file once, as in `loader load {word}.yaml PATH`",
        )
    return _kept(word, text)


def kept_names(connection: Connection) -> list[str]:
    """Names of the datasets whose mapping is stored in the database, or built in."""
    names, built_in = dataset_names(connection), built_in_datasets()
    return [name for name in names if name in built_in or kept_mapping(connection, name) is not None]


def open_load(word: str, connection: Connection | None) -> tuple[int, Dataset]:
    """The open load that workers join by this word, and its mapping. ``connection``: None if nothing was ever loaded.

    Raises LoaderError if no load is open, UsageError for a mapping file that is not the one of the load.
    """
    given = read_dataset(word) if is_path(word) else None
    name = given.name if given else word
    row = None
    if connection is not None:
        # As JSON, so that the query works before the control schema is migrated.
        row = connection.execute(
            "select f.load_id, f.mapping_hash, to_jsonb(f) ->> 'mapping_text' from loader.find_load(%s) as f", (name,)
        ).fetchone()
    if row is None:
        raise LoaderError(f"no load of {name} is open", hint=f"`loader load {word} PATH…` begins one")
    load_id, mapping_hash, text = row
    found = given or (_kept(name, text) if text else read_dataset(word))
    if found.hash != mapping_hash:
        raise UsageError(
            f"load {load_id} uses another mapping than {found.location}", hint=f"`loader work {name}` joins it"
        )
    return int(load_id), found


def _kept(name: str, text: str) -> Dataset:
    """The dataset of a mapping file that is stored in the database. Raises MappingError if it is wrong by now."""
    try:
        return parse_dataset(text, name=f"the mapping of {name} in the database", location="the one in the database")
    except MappingError as error:
        error.hint = f"`loader render {name} --mapping` prints it; edit it in a file, and give the path of the file"
        raise


def name_of(word: str, connection: Connection | None) -> str:
    """The name of a dataset, for a command that looks at its loads or undoes them.

    Raises UsageError for a name that neither the database nor the loader knows, and for a file as `read_dataset` does.
    """
    known = _known(connection)
    if is_path(word):
        stem = Path(word).stem
        if stem in known and not Path(word).exists():
            raise UsageError(f"there is no mapping file {word}", hint=f"the dataset in the database is named {stem}")
        return read_dataset(word).name
    if word not in known and word not in built_in_datasets():
        raise _unknown(word, known)
    return word


def _known(connection: Connection | None) -> Sequence[str]:
    """Names of the datasets in the database."""
    return () if connection is None or not has_manifest(connection) else dataset_names(connection)


def _unknown(word: str, known: Sequence[str]) -> UsageError:
    there = f"in this database: {', '.join(known)}" if known else "none in this database"
    built_in = built_in_datasets()
    file = f"; the file of that name is given as ./{word}" if Path(word).is_file() else ""
    return UsageError(
        f"there is no dataset {word!r}{did_you_mean(word, (*known, *built_in))}",
        hint=f"built in: {', '.join(built_in)}; {there}. Or give the path of a mapping file, as in ./{word}.yaml{file}",
    )
