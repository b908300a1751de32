"""What the loader's commands do, as SQL: loads with a row or two, and all that takes them back."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import psycopg

from loader.mapping.read import read_dataset
from loader.render.script import render

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
    columns: {{name: {{path: name, comment: "{comment}"}}}}
    children:
      row_item:
        rows: items/i
        columns: {{text: "."}}
"""
# Another comment renders everything anew; the columns stay, so that any load may come next.
VARIANTS = [(history, comment) for history in ("on", "off") for comment in ("The name", "Its name")]


def scripts(folder: Path, dataset: str = "d") -> list[bytes]:
    """What `loader migrate MAPPING` runs, for each variant of the mapping."""
    found = []
    for number, (history, comment) in enumerate(VARIANTS):
        path = folder / f"{dataset}{number}.yaml"
        path.write_text(MAPPING.format(dataset=dataset, history=history, comment=comment))
        found.append(render(read_dataset(str(path))).encode())
    return found


class Commands:
    """The commands on one dataset, each as its steps: a step is committed, or refused as a whole."""

    def __init__(self, connection: psycopg.Connection[object], dice: random.Random, rendered: list[bytes]) -> None:
        self._connection, self._dice, self._rendered = connection, dice, rendered
        self._days = itertools.count(1)

    def install(self) -> list[Callable[[], object]]:
        """Renders the mapping, or a variant of it."""
        script = self._dice.choice(self._rendered)
        return [lambda: self._connection.execute(script, prepare=False)]

    def other(self, rendered: list[bytes]) -> list[Callable[[], object]]:
        """Another dataset, whose schemas collide with this one's."""
        return [lambda: self._connection.execute(self._dice.choice(rendered), prepare=False)]

    def load(self, mode: str | None, finished: bool = True) -> list[Callable[[], object]]:
        """A load of some rows; None: the server chooses the mode."""
        day, ids = next(self._days), sorted({1, *self._dice.sample(range(1, 6), 3)})
        steps: list[Callable[[], object]] = [lambda: self._begin(mode, day, ids)]
        if finished:
            steps += [self._finish] * 4
        return steps

    def cancel(self) -> list[Callable[[], object]]:
        """Gives the open load up."""
        return [self._sql("select loader.cancel_load(load_id) from loader.load where state in ('open', 'built')")]

    def rollback(self) -> list[Callable[[], object]]:
        """Takes the last load back."""
        return [
            self._sql(
                "do $$ declare v_last bigint := (select max(load_id) from loader.load where state = 'done' and mode <> "
                "'rollback'); begin if v_last is not null then call loader.rollback(v_last); end if; end $$"
            )
        ]

    def revert(self) -> list[Callable[[], object]]:
        """Brings the version before back."""
        return [self._sql("call loader.revert('d')")]

    def drop(self) -> list[Callable[[], object]]:
        """Drops the dataset."""
        return [self._sql("select loader.drop_dataset('d')")]

    def uninstall(self) -> list[Callable[[], object]]:
        """Drops everything, as `loader uninstall` does."""
        refuse = (
            "do $$ begin if exists (select 1 from loader.foreign_objects()) then "
            "raise exception using errcode = 'LD020', "
            "message = (select string_agg(f, ', ') from loader.foreign_objects() as f); end if; end $$"
        )
        drop = f"select loader.drop_dataset(dataset) from loader.dataset; {refuse}; drop schema loader cascade"
        return [self._sql(drop)]

    def overlaps(self) -> list[Callable[[], object]]:
        """Looks at keys that sources share."""
        return [self._sql("select loader.start_overlaps('d', '[{\"name\": \"a\"}]')")]

    def _sql(self, text: str) -> Callable[[], object]:
        return lambda: self._connection.execute(text.encode(), prepare=False)

    def _begin(self, mode: str | None, day: int, ids: list[int]) -> None:
        """Everything up to the last chunk's end. Rows go where a worker would copy them."""
        run = self._connection.execute
        load = run("select loader.start_load('d', %s, '{row}')", (mode,)).fetchone()[0]  # type: ignore[index]
        source = run(
            "select loader.register_source(%s, %s, 'here', 1, '{row}', 'plain', date '2026-01-01' + %s)",
            (load, f"dump_{day}", day),
        ).fetchone()[0]  # type: ignore[index]
        run("select loader.plan_chunk(%s, loader.make_piece(1, 1, %s, 1))", (source, len(ids)))
        chunk, token = run("select chunk_id, lease_token from loader.claim_chunk(%s, 'me')", (load,)).fetchone()  # type: ignore[misc]
        for record, key in enumerate(ids, 1):
            run(
                "insert into d_build.row (id, name, _source, _record, _hash) values (%s, %s, %s, %s, "
                "gen_random_uuid())",
                (key, f"name {self._dice.randrange(3)}", source, record),
            )
            run(
                "insert into d_build.row_item (row_id, ordinal, text, _rec) values (%s, 1, 'x', "
                "(%s::bigint << 40) + %s)",
                (key, source, record),
            )
        run("call loader.merge_chunk(%s, %s, null, %s)", (chunk, token, len(ids)))
        run("select loader.finish_source(%s, null, md5(%s::text), 1, %s)", (source, f"dump_{day}", len(ids)))

    def _finish(self) -> None:
        # All of a sequence is one transaction: what was built in it counts as built by an earlier one.
        self._connection.execute("update loader.load set built_xid = '3' where built_xid is not null")
        last = self._connection.execute("select max(load_id) from loader.load").fetchone()[0]  # type: ignore[index]
        self._connection.execute("call loader.finish_load(%s)", (last,))
