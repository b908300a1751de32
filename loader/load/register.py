"""Registering a load: which files, which entities, which mapping; all checked before anything is read."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace

from loader.database.connect import Connection
from loader.database.manifest import has_manifest
from loader.database.migrate import migrate
from loader.database.refusal import explained
from loader.errors import UsageError
from loader.load.mode import choose
from loader.load.preflight import check_connections
from loader.load.request import MIN_CHOSEN_CHUNK, LoadRequest
from loader.load.same_content import digests_before, is_same, known_digests
from loader.load.space import check_space
from loader.mapping.canonical import part_of
from loader.mapping.dataset import Dataset
from loader.mapping.difference import difference
from loader.mapping.override_settings import as_kept
from loader.process import cores
from loader.render.digest import rendered_hash
from loader.render.install import install, keep_mapping
from loader.render.trial import try_mapping
from loader.source.entities_of_file import Sources, entities_of, find_sources, held_entities
from loader.source.file import SourceFile
from loader.source.listing import in_words
from loader.source.snapshot_date import snapshot_of

log = logging.getLogger(__name__)

CHUNKS_A_WORKER = 8  # at least so many if the files allow it, so that all workers end at about the same time
PACKED_RATIO = {
    "plain": 1,
    "gzip": 6,
    "bzip2": 9,
    "xz": 10,
    "zstd": 7,
    "zip": 6,
}  # bytes of XML per byte of dump, typical values


def register(connection: Connection, request: LoadRequest) -> int:
    """Starts a load with all of its sources, or joins the open one of the same files.

    Returns its number. Installs the control schema where there is none; the rest is one transaction, so that a load
    that is refused changes nothing. Raises SourceError and UsageError for files that cannot be loaded in this way,
    UsageError for a changed mapping, LoaderError for another open load, a full disk, and missing connections or
    privileges.
    """
    dataset, found = request.dataset, _sources(request)
    files, entities = found.files, found.entities
    check_connections(connection, request.workers)
    try_mapping(connection, dataset)
    if not has_manifest(connection):  # an older one has been migrated before the open load was asked for
        migrate(connection)
    held = sorted({name for names in entities.values() for name in names})
    _check_mapping(connection, request, held, files)
    chunk_bytes = request.chunk_bytes or chunk_bytes_for(files, dataset, request.workers)
    snapshots = {
        file.name: request.sources[file] if request.sources else snapshot_of(file, dataset, request.snapshot)
        for file in files
    }
    # This takes time, so it comes before the transaction, in which readers may wait.
    digests = known_digests(connection, request, files, snapshots)
    with explained("the load cannot begin"), connection.transaction():
        _give_up_unwritten(connection, dataset)
        install(connection, dataset)
        _check_tables(connection, request)
        if request.check_space:
            check_space(connection, dataset, sum(f.size * PACKED_RATIO[f.format] for f in files))
        choice = choose(connection, request, files, entities, snapshots)
        options = {"sample": request.sample, **choice.options(), **request.options}
        row = connection.execute(
            "select loader.start_load(%s, %s, %s, %s, %s, %s)",
            (
                dataset.name, choice.mode, held, [f"{f.name}:{f.size}" for f in files], json.dumps(options),
                json.dumps(asdict(dataset.own_settings)),
            ),
        ).fetchone()  # fmt: skip
        load_id = int(row[0]) if row else 0
        _tell_doubts(connection, load_id)
        keep_mapping(connection, dataset)
        for file in files:
            # Other digests are known only after planning, which checks them again.
            before = None
            if file.name in digests:
                before = digests_before(connection, request, load_id, file, snapshots[file.name])
            if before is not None and not is_same(before, digests[file.name]):
                raise _other_content(file.name, snapshots[file.name], repairs="repair" in request.options)
            connection.execute(
                "select loader.register_source(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    load_id, file.name, str(file.path.absolute()), file.size, entities[file.name], file.format,
                    snapshots[file.name], request.priority, chunk_bytes,
                    None if request.record_numbers is None else list(request.record_numbers),
                ),
            )  # fmt: skip
        if not request.sources:  # corrected records are not dumps of an entity
            passed_over = in_words(found.passed_over.items())
            connection.execute("select loader.note_entities_without_file(%s, %s)", (load_id, passed_over))
        connection.execute("select loader.begin_merge(%s)", (load_id,))  # last, because it locks the tables in use
    return load_id


def as_registered(connection: Connection, load_id: int, request: LoadRequest) -> LoadRequest:
    """The request with the settings that its load stores: those of its first command, and limits changed since."""
    row = connection.execute("select settings from loader.read_load(%s)", (load_id,)).fetchone()
    dataset, run = as_kept(request.dataset, request.run, row[0] if row else {})
    return replace(request, dataset=dataset, run=run)


def _sources(request: LoadRequest) -> Sources:
    if not request.sources:
        return find_sources(request.paths, request.dataset, request.entities)
    files = list(request.sources)
    names = request.entities
    return Sources(
        files,
        held_entities(files, lambda file: names or [entity.name for entity in entities_of(file, request.dataset)]),
    )


def _check_tables(connection: Connection, request: LoadRequest) -> None:
    """Refuses a load into tables that somebody has dropped or altered; warns about missing indexes."""
    name = request.dataset.name
    row = connection.execute("select loader.assert_intact(%s, %s)", (name, request.mode == "replace")).fetchone()
    for note in row[0] if row else ():
        log.warning("%s; `loader migrate %s --repair` creates it again", note, name)


def _tell_doubts(connection: Connection, load_id: int) -> None:
    """Reports what would block the publication of a replace, while there is time to drop it."""
    query = "select loader.list_messages(%s, array['publication_in_doubt'])"
    for (line,) in connection.execute(query, (load_id,)).fetchall():
        log.warning("the new tables cannot be published while there is this: %s", line)


def _check_mapping(
    connection: Connection, request: LoadRequest, entities: Sequence[str], files: Sequence[SourceFile]
) -> None:
    """Refuses a merge into tables of entities whose mapping has changed, and names the other files that a replace would
    need.
    """
    dataset = request.dataset
    rows = connection.execute(
        "select entity, mapping, is_filled from loader.loaded_mapping(%s) "
        "where entity = any (%s) and digest is distinct from %s::jsonb ->> entity",
        (dataset.name, list(entities), json.dumps(dataset.digests)),
    ).fetchall()
    if not rows or request.mode == "replace":
        return
    if request.mode is None and not any(is_filled for *_, is_filled in rows):
        return  # a load without a result has left them empty: they are built again
    now = dataset.canonical()
    changes = [line for name, was, _ in rows for line in difference(part_of(was or {}, name), part_of(now, name))]
    raise UsageError(
        f"the mapping of {dataset.name} has changed since its tables were loaded:\n  "
        + "\n  ".join(dict.fromkeys(changes)),
        hint="--replace builds the tables again, from the given files only"
        + _others(connection, request, entities, files),
    )


def _others(connection: Connection, request: LoadRequest, entities: Sequence[str], files: Sequence[SourceFile]) -> str:
    """Names files from which rows of the entities came, except the given ones."""
    with explained("the files of the rows cannot be told"):
        row = connection.execute(
            "select loader.files_of_rows(%s, %s, %s)",
            (request.dataset.name, list(entities), [file.name for file in files]),
        ).fetchone()
    return f"; rows came from others, too: give also {row[0]}" if row and row[0] else ""


def chunk_bytes_for(files: Sequence[SourceFile], dataset: Dataset, workers: int) -> int:
    """Bytes of XML per chunk, if not given: those of the mapping, or fewer to keep all workers busy."""
    expected = sum(file.size * PACKED_RATIO[file.format] for file in files)
    busy = min(workers, cores.count())  # more do not work at the same time
    return min(dataset.settings.chunk_bytes, max(MIN_CHOSEN_CHUNK, expected // (CHUNKS_A_WORKER * busy)))


def _give_up_unwritten(connection: Connection, dataset: Dataset) -> None:
    """Cancels an open load that began under another mapping, or program, and has written nothing."""
    row = connection.execute(
        "select loader.cancel_unwritten(%s, %s, %s)", (dataset.name, dataset.hash, rendered_hash(dataset))
    ).fetchone()
    if row is not None and row[0] is not None:
        log.warning("load %s of %s had written nothing, and is cancelled in favour of this one", row[0], dataset.name)


def _other_content(name: str, snapshot: datetime.date | None, *, repairs: bool) -> UsageError:
    """The error for merging a file that was loaded before with other content, if nothing says which is newer."""
    return UsageError(
        f"a file named {name} was loaded before with other content and the same snapshot date ({snapshot or 'none'})",
        hint="a repair needs the file as it was loaded; a load with a later --snapshot DATE takes this one"
        if repairs
        else "say which is newer: give this load a later --snapshot DATE, or load with --replace",
    )
