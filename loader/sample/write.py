"""Writes the four dumps of a sample and the manifest of their contents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from loader.errors import LoaderError, UsageError
from loader.sample import faults as damage
from loader.sample.artists import Artists
from loader.sample.catalogue import Catalogue
from loader.sample.entity import EntityFile, Writer
from loader.sample.form import FORMS
from loader.sample.labels import Labels
from loader.sample.masters import Masters
from loader.sample.months import Month, plans
from loader.sample.releases import Releases

MANIFEST = "manifest.json"
_BEGUN = "manifest.part.json"  # exists while files are written; those of a stopped call belong to the sample, too
_GENERATOR = "loader sample"


def write_sample(
    directory: Path,
    *,
    releases: int = 20_000,
    seed: int = 0,
    form: str = "current",
    gz: bool = False,
    change_pct: float = 0.0,
    add_pct: float = 0.0,
    delete_pct: float = 0.0,
    faults: Sequence[tuple[str, int]] = (),
    snapshot: date = date(2026, 1, 1),
) -> dict[str, Any]:
    """Write ``discogs_YYYYMMDD_{artists,labels,masters,releases}.xml[.gz]`` and ``manifest.json``.

    Equal arguments give equal dumps. With percentages it is the dump of the month after that of the same
    seed and number of releases: records that are not picked keep every byte. ``faults`` are (kind, times),
    see ``loader.sample.faults``; they befall the releases. Returns the manifest.

    Raises UsageError for arguments out of range and for files it did not write itself and would replace,
    LoaderError when the directory cannot be written.
    """
    month = Month(change_pct, add_pct, delete_pct)
    _check(releases, form, month)
    catalogue = Catalogue(releases, seed, FORMS[form])
    changes = plans(catalogue, month)
    manifest: dict[str, Any] = {
        "generator": _GENERATOR, "releases": releases, "seed": seed, "form": form, "gz": gz,
        "snapshot": snapshot.isoformat(), "change_pct": change_pct, "add_pct": add_pct,
        "delete_pct": delete_pct, "entities": {}, "faults": [],
    }  # fmt: skip
    stem = f"discogs_{snapshot:%Y%m%d}"
    spoilt = damage.plan(faults, changes["release"].written, gz=gz)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _check_room(directory, stem)
        names = {root: f"{stem}_{root}s.xml{'.gz' if gz else ''}" for root in changes}
        begun = {**manifest, "entities": {root: {"file": name} for root, name in names.items()}}
        (directory / _BEGUN).write_text(json.dumps(begun), encoding="utf-8")
        for path in directory.glob(f"{stem}_*s.xml*"):
            (directory / MANIFEST).unlink(missing_ok=True)
            path.unlink()
        for kind in (Artists, Labels, Masters, Releases):
            writer: Writer = kind(catalogue)
            path = directory / names[writer.root]
            file = EntityFile(writer, changes[writer.root], catalogue.form, path, gz=gz)
            manifest["entities"][writer.root] = file.write(*(spoilt if kind is Releases else ({}, set())))
            manifest["faults"] += file.faults
        (directory / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        (directory / _BEGUN).unlink()
    except OSError as error:
        raise LoaderError(f"The sample cannot be written to {directory}: {error.strerror or error}.") from error
    return manifest


def _check(releases: int, form: str, month: Month) -> None:
    if releases < 1:
        raise UsageError(f"A sample has at least 1 release, not {releases}.")
    if form not in FORMS:
        raise UsageError(f"There is no form “{form}”.", hint=f"Known are: {', '.join(FORMS)}.")
    for name in ("change", "add", "delete"):
        percent = getattr(month, name)
        if not 0 <= percent <= 100:
            raise UsageError(f"--{name}-pct is from 0 to 100, not {percent:g}.")


def _named(manifest: Path) -> set[str]:
    """The files that a manifest lists; empty if it cannot be read."""
    try:
        entities = json.loads(manifest.read_text(encoding="utf-8"))["entities"]
        return {entity["file"] for entity in entities.values()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def _check_room(directory: Path, stem: str) -> None:
    """Refuse to overwrite any file with these names that an earlier call did not write."""
    own = _named(directory / MANIFEST) | _named(directory / _BEGUN)
    taken = sorted(directory.glob(f"{stem}_*s.xml*"))
    if foreign := [path.name for path in taken if path.name not in own]:
        raise UsageError(
            f"{directory} already has {', '.join(foreign)}, which {_GENERATOR} did not write.",
            hint="Choose another directory or another snapshot date.",
        )
