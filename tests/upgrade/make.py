"""Makes a database with the program of another checkout, and writes it down as SQL that any later server takes.

    PYTHONPATH=<checkout of the old commit> python tests/upgrade/make.py <bin of PostgreSQL 15> <commit>.sql.gz

Three datasets, made by the old program alone: ``tide`` (history, three months; the load of the fourth was killed after
two chunks), ``lake`` (no history, a replace that can be reverted) and ``pond`` (full tables, a replace killed
half-way). Dumps are written by ``dumps``, which the tests use to bring the same files again.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

DAYS = ("20260101", "20260201", "20260301", "20260401", "20260501")
CHUNK_BYTES = 300
WORDS = ("ebb", "flood", "slack", "neap", "spring")

MAPPING = """\
dataset: {dataset}
snapshot: '_(\\d{{8}})'
deletes: delete
max_delete_pct: 100
history: {history}
entities:
  row:
    record: /dump/row
    key: {{id: {{path: "@id", type: integer}}}}
    columns: {{name: name}}
    children:
      row_item:
        rows: items/i
        columns: {{text: "."}}
"""
DATASETS = {"tide": "on", "lake": "off", "pond": "off"}
# Of users, around the tables: what every program has to leave alone.
STRANGERS = """
create view public.names as select id, name from tide.row;
create index names_of_rows on tide.row (name);
comment on column tide.row.name is 'The name, as our users know it';
create table public.remark (id integer primary key, text text);
insert into public.remark values (1, 'ours');
"""


def records(day: str) -> list[tuple[int, str, list[str]]]:
    """The records of a month: key, name, items; every third changes, one goes and one comes each month."""
    month = DAYS.index(day)
    return [
        (key, WORDS[(key + (month if key % 3 == 0 else 0)) % len(WORDS)], [f"i{key}"] * (key % 3))
        for key in range(1 + month, 25 + month)
    ]


def mapping(folder: Path, dataset: str) -> Path:
    """The mapping file of a dataset."""
    path = folder / f"{dataset}.yaml"
    path.write_text(MAPPING.format(dataset=dataset, history=DATASETS[dataset]))
    return path


def dump(folder: Path, dataset: str, day: str) -> Path:
    """The dump of a month."""
    rows = "".join(
        f'<row id="{key}"><name>{name}</name><items>{"".join(f"<i>{item}</i>" for item in items)}</items></row>\n'
        for key, name, items in records(day)
    )
    path = folder / f"{dataset}_{day}.xml"
    path.write_text(f"<dump>\n{rows}</dump>\n")
    return path


def _load(url: str, folder: Path, dataset: str, days: Sequence[str], mode: str | None = None) -> None:
    from tests.support.working import load_here

    for day in days:
        load_here(url, mapping(folder, dataset), [dump(folder, dataset, day)], chunk_bytes=CHUNK_BYTES, mode=mode)


def _load_half(url: str, folder: Path, dataset: str, day: str, mode: str | None = None) -> None:
    """A load that is killed when it begins its third chunk."""
    child = os.fork()
    if child == 0:
        from loader.chunk import ChunkLoader

        complete, begun = ChunkLoader.load, [0]

        def counting(*arguments: object, **named: object) -> object:
            begun[0] += 1
            if begun[0] == 3:
                os._exit(9)
            return complete(*arguments, **named)  # type: ignore[arg-type]

        ChunkLoader.load = counting  # type: ignore[method-assign, assignment]
        _load(url, folder, dataset, [day], mode)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _written(programs: Path, url: str) -> str:
    """The database as SQL: INSERT statements, so that any client can run it; nothing that only psql understands."""
    text = subprocess.run(
        [programs / "pg_dump", "--inserts", "--no-owner", url], check=True, capture_output=True, text=True
    ).stdout
    return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.MULTILINE)


def main() -> None:
    """Writes the file that is named on the command line."""
    programs, target = Path(sys.argv[1]), Path(sys.argv[2])
    os.environ["LOADER_POSTGRES_BIN"] = str(programs)
    from tests.support.running import execute
    from tests.support.server import fresh_database, running_server

    with running_server() as server, fresh_database(server) as url, TemporaryDirectory() as name:
        folder = Path(name)
        _load(url, folder, "tide", DAYS[:3])
        _load(url, folder, "lake", DAYS[:2])
        _load(url, folder, "lake", DAYS[2:3], mode="replace")
        _load(url, folder, "pond", DAYS[:2])
        execute(url, STRANGERS)
        _load_half(url, folder, "tide", DAYS[3])
        _load_half(url, folder, "pond", DAYS[2], mode="replace")
        text = _written(programs, url).replace(name, "/dumps")
    with open(target, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(text.encode())


if __name__ == "__main__":
    main()
