"""Many sequences, each in a copy of a database in which its dataset is installed; failing ones are made smaller."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.mapping.read import read_dataset
from loader.render.install import install
from tests.sequences.dumps import Config, Plan, random_plan, smaller, told
from tests.sequences.trial import DiffersError, Trial
from tests.support.server import fresh_database

TRIES = 60  # to make a failing sequence smaller


class Sequences:
    """Runs sequences on a server; a template database for each mapping."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server, self._folder, self._stack = server, folder, ExitStack()
        self._templates: dict[Config, tuple[str, Path]] = {}
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Sequences:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, sequence: Plan) -> None:
        """Raises DiffersError."""
        template, mapping = self._template(sequence.config)
        with fresh_database(self._server, template) as url, tempfile.TemporaryDirectory(dir=self._folder) as folder:
            trial = Trial(url, Path(folder), mapping, sequence)
            try:
                trial.run()
            finally:
                self.counts += trial.counts

    def shrunk(self, sequence: Plan, error: DiffersError) -> tuple[Plan, DiffersError]:
        """A smaller sequence that fails, too."""
        tries = TRIES
        again = True
        while again and tries:
            again = False
            for other in smaller(sequence):
                if not tries:
                    break
                tries -= 1
                try:
                    self.run(other)
                except DiffersError as found:
                    if _kind(found) == _kind(error):
                        sequence, error, again = other, found, True
                        break
        return sequence, error

    def _template(self, config: Config) -> tuple[str, Path]:
        if config not in self._templates:
            mapping = self._folder / f"{len(self._templates)}.yaml"
            mapping.write_text(config.mapping())
            url = self._stack.enter_context(fresh_database(self._server))
            with connect(url) as connection:
                migrate(connection)
                install(connection, read_dataset(str(mapping)))
            self._templates[config] = url, mapping
        return self._templates[config]


def _kind(error: DiffersError) -> str:
    text = str(error).partition(": ")[2]
    return " ".join(word for word in text.split()[:1])


def search(
    server: str, folder: Path, first: int, count: int, config: Config | None = None, *, shrinks: bool = True
) -> Iterator[str]:
    """What is wrong, of sequences with seeds from ``first`` on."""
    with Sequences(server, folder) as runs:
        for seed in range(first, first + count):
            sequence = random_plan(seed, config)
            try:
                runs.run(sequence)
            except DiffersError as error:
                yield f"--seed {seed}\n{error}\n{told(sequence)}"
                if shrinks:
                    small, last = runs.shrunk(sequence, error)
                    yield f"smaller:\n{told(small)}\n{last}"
        yield f"counts: {dict(sorted(runs.counts.items()))}"
